/** Folders for downloads on the store's own file system; those of runs that were killed are cleaned up. */
import { mkdir, mkdtemp, readdir, rm } from 'node:fs/promises';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { hasCode, statOf } from '../host/files.ts';

/** A folder of another host (a shared store) or of a reused process id counts as left behind after this time. */
const longestUseMs = 7 * 24 * 3600 * 1000;

/** Makes `<parent>/<host>-<pid>-<random>` and removes the folders of processes of this host that are gone. */
export async function makeTemporaryFolder(parent: string): Promise<string> {
  await mkdir(parent, { recursive: true });
  const host = hostname().replaceAll(/[^A-Za-z0-9]/g, '_');
  for (const name of await readdir(parent)) {
    if (await isStale(join(parent, name), name, host)) {
      await rm(join(parent, name), { recursive: true, force: true });
    }
  }
  return mkdtemp(join(parent, `${host}-${process.pid}-`));
}

async function isStale(path: string, name: string, host: string): Promise<boolean> {
  const stat = await statOf(path);
  if (stat === undefined) return false;
  if (Date.now() - stat.mtimeMs > longestUseMs) return true;
  const [owner, pid] = name.split('-');
  return owner === host && pid !== undefined && /^\d+$/.test(pid) && !isAlive(Number(pid));
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return hasCode(error, 'EPERM');
  }
}
