import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { AperiodicError } from '../model/errors.ts';

const held = new Set<string>();

/**
 * Keeps two clouds from one folder. A lock of a process that is gone does not count.
 * @returns releases it
 * @throws conflict
 */
export function lockFolder(folder: string): () => void {
  const path = join(folder, 'lock');
  try {
    writeFileSync(path, String(process.pid), { flag: 'wx' });
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && error.code === 'EEXIST')) throw error;
    const pid = Number(readFileSync(path, 'utf8'));
    if (isHeld(path, pid)) {
      throw new AperiodicError(
        'conflict',
        `Another localcloud (process ${pid}) uses ${folder}: stop it first.`,
      );
    }
    writeFileSync(path, String(process.pid));
  }
  held.add(path);
  return () => {
    held.delete(path);
    rmSync(path, { force: true });
  };
}

function isHeld(path: string, pid: number): boolean {
  if (pid === process.pid) return held.has(path);
  if (!Number.isSafeInteger(pid) || pid <= 0) return false;
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return error instanceof Error && 'code' in error && error.code === 'EPERM';
  }
}
