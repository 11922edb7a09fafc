/** Runs commands that must fail, and looks that they write nothing. */
import assert from 'node:assert/strict';
import type { CliResult } from './cli.ts';
import type { FixtureRepository } from './fixture-repository.ts';

export interface CliError {
  code: string;
  message: string;
  file?: string;
  line?: number;
  detail?: string;
}

export function errorOf({ code, stdout, stderr }: CliResult): CliError {
  assert.equal(code, 1, stderr);
  const { error } = JSON.parse(stdout) as { error: CliError };
  assert.ok(stderr.includes(error.message), 'people are told the same');
  return error;
}

/** Runs a command that must fail and leave clone and mirror as they were. */
export async function runFailing(
  repository: FixtureRepository,
  args: readonly string[],
  env: Record<string, string> = {},
): Promise<CliError> {
  const earlier = await repository.state();
  const error = errorOf(await repository.cli([...args, '--json'], { env }));
  assert.deepEqual(await repository.state(), earlier);
  return error;
}
