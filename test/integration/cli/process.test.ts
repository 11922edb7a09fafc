/** What only a process of its own can show. */
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { tmpdir } from 'node:os';
import { describe, it } from 'node:test';
import { fileURLToPath } from 'node:url';
import { runCli } from '../../support/cli.ts';

const entry = fileURLToPath(new URL('../../../scripts/aperiodic.mjs', import.meta.url));

describe('the program', () => {
  it('starts from any folder', async () => {
    const { code, stdout, stderr } = await runCli(['--help'], { cwd: tmpdir() });
    assert.deepEqual([code, stderr], [0, '']);
    assert.match(stdout, /^Usage: aperiodic/);
  });

  it('suggests a command for one that does not exist', async () => {
    const { code, stdout, stderr } = await runCli(['docter']);
    assert.deepEqual([code, stdout], [1, '']);
    assert.match(stderr, /did you mean doctor\?/);
  });

  it('does not mind a reader that goes away', () => {
    const shell = `"$0" "$1" --help | head -n 1; echo "code \${PIPESTATUS[0]}"`;
    const { stdout, stderr } = spawnSync('bash', ['-c', shell, process.execPath, entry], {
      encoding: 'utf8',
    });
    assert.match(stdout, /^Usage: aperiodic.*\ncode 0\n$/);
    assert.equal(stderr, '');
  });
});
