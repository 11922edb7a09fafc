import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { describe, it } from 'node:test';
import { commands } from '../../scripts/cli/commands.ts';
import { parseArguments } from '../../scripts/cli/program.ts';
import { checkout } from '../support/workflows.ts';

const docs = ['docs/release-process.md', 'docs/setup-github.md'];

async function read(file: string): Promise<string> {
  return await readFile(path.join(checkout, file), 'utf8');
}

describe('the release process, as people read it', () => {
  it('shows only commands that the command line takes', async () => {
    for (const file of docs) {
      const lines = [...(await read(file)).matchAll(/^npx aperiodic (.+)$/gm)].map(([, line = '']) => line);
      assert.ok(lines.length >= 4, file);
      for (const line of lines) {
        const words = (line.match(/'[^']*'|\S+/g) ?? []).map((word) => word.replaceAll("'", ''));
        assert.doesNotThrow(() => parseArguments(words, commands, () => undefined), `${file}: ${line}`);
      }
    }
  });

  it('explains every code of an error, and no other', async () => {
    const source = await read('scripts/model/errors.ts');
    const codes = [...source.matchAll(/^ {2}\| '([a-z-]+)'/gm)].map(([, code]) => code);
    const explained = [...(await read('docs/release-process.md')).matchAll(/^\| `([a-z-]+)` \|/gm)];
    assert.deepEqual(explained.map(([, code]) => code).sort(), codes.sort());
  });

  it('leads to files that are there', async () => {
    for (const file of docs) {
      for (const [, link = ''] of (await read(file)).matchAll(/\]\(([a-z-]+\.md)\)/g))
        await assert.doesNotReject(read(path.join('docs', link)), `${file}: ${link}`);
    }
  });
});
