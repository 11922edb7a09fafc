import assert from 'node:assert/strict';
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { withLock } from '../../../../scripts/adapters/host/lock.ts';
import { temporaryFolder } from '../../../support/temporary-folder.ts';

const lockModule = new URL('../../../../scripts/adapters/host/lock.ts', import.meta.url).href;

/** Holds the lock until it is told to end; says `held`, or the error's code. */
const holder = `
import { withLock } from ${JSON.stringify(lockModule)};
const folder = process.argv[1];
await withLock(folder, async () => {
  console.log('held');
  await new Promise((resolve) => process.stdin.on('end', resolve).resume());
}).catch((error) => console.log(error.code));
`;

async function startHolder(t: TestContext, folder: string): Promise<{ child: ChildProcess; said: string }> {
  const args = ['--import', 'tsx', '--input-type=module', '-e', holder, folder];
  const child = spawn(process.execPath, args, { stdio: ['pipe', 'pipe', 'inherit'] });
  t.after(() => child.kill('SIGKILL'));
  const [said] = await once(child.stdout, 'data');
  return { child, said: String(said).trim() };
}

/** Of proc(5): the start time of this process, in clock ticks after boot. */
async function ownStart(): Promise<string> {
  const stat = await readFile('/proc/self/stat', 'utf8');
  return stat.slice(stat.lastIndexOf(')') + 2).split(' ')[19] ?? '';
}

async function leave(folder: string, ...names: string[]): Promise<void> {
  await mkdir(join(folder, 'lock'), { recursive: true });
  for (const name of names) await writeFile(join(folder, 'lock', name), '');
}

test('gives back what the work gives, and leaves nothing', async (t) => {
  const folder = join(await temporaryFolder(t), 'not', 'there', 'yet');
  assert.equal(await withLock(folder, async () => 42), 42);
  const work = async () => {
    throw new Error('it failed');
  };
  await assert.rejects(withLock(folder, work), /it failed/);
  assert.deepEqual(await readdir(join(folder, 'lock')), []);
  assert.equal(await withLock(folder, async () => 'again'), 'again');
});

test('a process does not take it twice', async (t) => {
  const folder = await temporaryFolder(t);
  await withLock(folder, async () => {
    await assert.rejects(
      withLock(folder, async () => undefined),
      { code: 'conflict', message: new RegExp(`process ${process.pid} is working`) },
    );
    assert.equal((await readdir(join(folder, 'lock'))).length, 1);
  });
});

test('another live process holds it, and after SIGKILL it does not', async (t) => {
  const folder = await temporaryFolder(t);
  const { child, said } = await startHolder(t, folder);
  assert.equal(said, 'held');
  await assert.rejects(
    withLock(folder, async () => assert.fail('two hold it')),
    { code: 'conflict', message: new RegExp(`process ${child.pid} is working`) },
  );
  const ended = once(child, 'exit');
  child.kill('SIGKILL');
  await ended;
  assert.equal((await readdir(join(folder, 'lock'))).length, 1, 'its file stays behind');
  assert.equal(await withLock(folder, async () => 'mine'), 'mine');
  assert.deepEqual(await readdir(join(folder, 'lock')), []);
});

test('a process that has the id of a dead one, but another start time, does not hold it', async (t) => {
  const folder = await temporaryFolder(t);
  await leave(folder, `1-99999999999`, `${process.ppid}-1`, `${process.pid}-1`, 'nonsense', '4294967296-7');
  await withLock(folder, async () => {
    assert.deepEqual(await readdir(join(folder, 'lock')), [`${process.pid}-${await ownStart()}`]);
  });
});

test('of processes that start together one works at a time', async (t) => {
  const folder = await temporaryFolder(t);
  await leave(folder, '1-99999999999');
  const all = await Promise.all([1, 2, 3].map(() => startHolder(t, folder)));
  const said = all.map((one) => one.said);
  assert.ok(said.filter((word) => word === 'held').length <= 1, said.join());
  assert.ok(
    said.every((word) => word === 'held' || word === 'conflict'),
    said.join(),
  );
  for (const { child } of all) {
    const ended = child.exitCode === null ? once(child, 'exit') : undefined;
    child.stdin?.end();
    await ended;
  }
  assert.deepEqual(await readdir(join(folder, 'lock')), []);
});
