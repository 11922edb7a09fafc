/**
 * One run at a time on a work folder: two would empty each other's build folders.
 *
 * Each run that is at it has an empty file `<folder>/lock/<pid>-<start time>`. A process of that name that is gone
 * never comes back, so anybody may remove its file at any time, and a kill needs no cleaning up. Whoever sees no other
 * living process once its own file is there holds the lock: of two that start together at most one sees that.
 */
import { mkdir, open, readdir, readFile, rm } from 'node:fs/promises';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { AperiodicError } from '../../model/errors.ts';
import { hasCode } from './files.ts';

/** Two that start at the same moment may see each other: both step back, and try again after pauses of their own. */
const attempts = 6;
const pauseMs = 40;

/**
 * Runs `work` while this process holds the folder's lock. Processes that are gone, however they ended, do not count.
 * @throws AperiodicError `conflict` when another live process holds it, or this one does already
 */
export async function withLock<T>(folder: string, work: () => Promise<T>): Promise<T> {
  const locks = path.join(folder, 'lock');
  await mkdir(locks, { recursive: true });
  const file = path.join(locks, await nameProcess(process.pid));
  await acquire(file, folder);
  try {
    return await work();
  } finally {
    await rm(file, { force: true });
  }
}

async function acquire(file: string, folder: string): Promise<void> {
  for (let attempt = 1; ; attempt++) {
    await create(file, folder);
    const other = await findOther(file).catch(async (error: unknown) => {
      await rm(file, { force: true });
      throw error;
    });
    if (other === undefined) return;
    await rm(file, { force: true });
    if (attempt === attempts) throw heldBy(other, folder);
    await sleep(Math.random() * pauseMs * attempt);
  }
}

async function create(file: string, folder: string): Promise<void> {
  try {
    await (await open(file, 'wx')).close();
  } catch (error) {
    throw hasCode(error, 'EEXIST') ? heldBy(process.pid, folder) : error;
  }
}

/** Id of another living process that has a file; files of those that are gone are removed. */
async function findOther(own: string): Promise<number | undefined> {
  const folder = path.dirname(own);
  for (const name of await readdir(folder)) {
    if (name === path.basename(own)) continue;
    const pid = Number(/^\d+/.exec(name)?.[0]);
    if (Number.isSafeInteger(pid) && (await nameProcess(pid)) === name) return pid;
    await rm(path.join(folder, name), { recursive: true, force: true });
  }
  return undefined;
}

function heldBy(pid: number, folder: string): AperiodicError {
  return new AperiodicError('conflict', `process ${pid} is working in ${folder}: wait for it or end it`);
}

/**
 * Process id and start time (proc(5), stat field 22): an id alone may belong to another process by now. A zombie (field 3)
 * does nothing any more, though its parent has not asked for it.
 */
async function nameProcess(pid: number): Promise<string> {
  const stat = await readFile(`/proc/${pid}/stat`, 'utf8').catch(() => '');
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  const ended = stat === '' || fields[0] === 'Z' || fields[0] === 'X';
  return `${pid}-${ended ? 'gone' : fields[19]}`;
}
