/** One run at a time on a work folder: two would empty each other's build folders. */
import { mkdir, open, readFile, rm } from 'node:fs/promises';
import path from 'node:path';
import { AperiodicError } from '../../model/errors.ts';
import { hasCode } from './files.ts';

/**
 * Runs `work` while this process holds the folder's lock. A lock whose process is gone, however it ended, is taken over.
 * @throws AperiodicError `conflict` when another live process holds it
 */
export async function withLock<T>(folder: string, work: () => Promise<T>): Promise<T> {
  await mkdir(folder, { recursive: true });
  const file = path.join(folder, 'lock');
  await acquire(file, folder);
  try {
    return await work();
  } finally {
    await rm(file, { force: true });
  }
}

async function acquire(file: string, folder: string): Promise<void> {
  for (let attempt = 0; attempt < 10; attempt++) {
    try {
      const handle = await open(file, 'wx');
      await handle.writeFile(await describeProcess(process.pid));
      await handle.close();
      return;
    } catch (error) {
      if (!hasCode(error, 'EEXIST')) throw error;
    }
    const holder = await readFile(file, 'utf8').catch(() => '');
    const pid = Number(/^\d+/.exec(holder)?.[0]);
    if (Number.isSafeInteger(pid) && pid > 0 && (await describeProcess(pid)) === holder) {
      throw new AperiodicError('conflict', `process ${pid} is working in ${folder}: wait for it or end it`);
    }
    await rm(file, { force: true });
  }
  throw new AperiodicError('conflict', `${folder} is being locked and unlocked by others: try again`);
}

/** Process id and start time (proc(5), stat field 22): an id alone may belong to another process by now. */
async function describeProcess(pid: number): Promise<string> {
  const stat = await readFile(`/proc/${pid}/stat`, 'utf8').catch(() => '');
  const started = stat.slice(stat.lastIndexOf(')') + 2).split(' ')[19];
  return `${pid} ${started ?? 'gone'}\n`;
}
