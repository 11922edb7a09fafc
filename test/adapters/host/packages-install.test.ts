import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { installPackages, type RunAsRoot } from '../../../scripts/adapters/host/packages-install.ts';
import { AperiodicError } from '../../../scripts/model/errors.ts';
import type { Task } from '../../../scripts/ports.ts';

const output = [
  '0 upgraded, 2 newly installed, 0 to remove and 0 not upgraded.',
  'Get:1 http://mirror.example bookworm/main amd64 a amd64 1 [3 kB]',
  'Unpacking a (1) ...',
  'Unpacking b (1) ...',
  'Setting up a (1) ...',
  'Setting up b (1) ...',
];

function createFakes(fail: (argv: readonly string[]) => boolean) {
  const calls: string[] = [];
  const said: string[] = [];
  const run: RunAsRoot = async (argv, options) => {
    calls.push(argv.join(' '));
    if (fail(argv))
      throw new AperiodicError('missing-tool', 'apt-get ended with exit code 100', { detail: 'E: why' });
    if (argv.includes('install')) for (const line of output) options?.onLine?.(line, 'stdout');
  };
  const task: Task = {
    progress: (done, total, unit) => said.push(`${done}/${total} ${unit}`),
    note: (text) => said.push(text),
    done: (text) => said.push(`done: ${text}`),
    failed: (reason) => said.push(`failed: ${reason}`),
  };
  return { calls, said, run, task };
}

describe('installing packages', () => {
  it('finishes what dpkg left, reads lists, installs without recommended packages and asks nothing', async () => {
    const { calls, said, run, task } = createFakes(() => false);
    await installPackages(['a', 'b'], 'apt-get install a b', run, task);
    assert.match(calls[0] ?? '', /^env DEBIAN_FRONTEND=noninteractive dpkg --configure -a$/);
    assert.match(calls[1] ?? '', /apt-get .* update$/);
    assert.match(
      calls[2] ?? '',
      /^env DEBIAN_FRONTEND=noninteractive .*apt-get .*--yes .*--no-install-recommends install a b$/,
    );
    assert.deepEqual(said.slice(2), [
      'downloaded a',
      ...['unpacked a', '1/4 steps', 'unpacked b', '2/4 steps'],
      ...['configured a', '3/4 steps', 'configured b', '4/4 steps'],
      'done: 2 packages asked for',
    ]);
  });

  it('goes on when some package list cannot be read', async () => {
    const { calls, run, task } = createFakes((argv) => argv.includes('update'));
    await installPackages(['a'], 'apt-get install a', run, task);
    assert.equal(calls.length, 3);
  });

  it('says what to type when apt-get fails', async () => {
    const { said, run, task } = createFakes((argv) => argv.includes('install'));
    await assert.rejects(installPackages(['a'], 'sudo apt-get install a', run, task), (error: unknown) => {
      assert.ok(error instanceof AperiodicError);
      assert.equal(error.code, 'missing-tool');
      assert.match(error.message, /by hand, run: sudo apt-get install a$/);
      assert.equal(error.detail, 'E: why');
      return true;
    });
    assert.match(said.at(-1) ?? '', /^failed: /);
  });
});
