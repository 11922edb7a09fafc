/** Shell commands that a document shows, run as a person would who copies them. */
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { type GroupResult, runGroup } from './run-group.ts';
import { checkout } from './workflows.ts';

/** Texts of the blocks marked `sh` below a heading, in their order. */
export async function readCommands(file: string, heading: string): Promise<string[]> {
  const text = await readFile(path.join(checkout, file), 'utf8');
  const start = text.indexOf(`\n## ${heading}\n`);
  if (start < 0) throw new Error(`${file} has no heading '${heading}'`);
  const end = text.indexOf('\n## ', start + 1);
  const section = text.slice(start, end < 0 ? undefined : end);
  return [...section.matchAll(/^```sh\n(.*?)^```$/gms)].map(([, block = '']) => block);
}

/** Runs a block in a folder, as far as its first command that fails. */
export async function runCommands(
  block: string,
  cwd: string,
  added: Record<string, string> = {},
): Promise<GroupResult> {
  // As a shell of a person has it: no sign of the test runner, nor of a CI.
  const { NODE_TEST_CONTEXT: _, CI: __, GITHUB_ACTIONS: ___, ...env } = process.env;
  return await runGroup('bash', ['-euo', 'pipefail', '-c', block], cwd, { ...env, ...added });
}
