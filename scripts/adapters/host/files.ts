/** Files that appear whole or not at all, and survive a power cut once they are there. */
import { randomBytes } from 'node:crypto';
import type { Stats } from 'node:fs';
import { chmod, lstat, mkdir, open, rename, rm } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { AperiodicError } from '../../model/errors.ts';
import { exec } from './exec.ts';

/** Mode of files that others may read: set, so that a umask does not decide. */
export const publicMode = 0o644;

/** Whether a system error has this code (ENOENT and so on). */
export function hasCode(error: unknown, ...codes: string[]): boolean {
  return error instanceof Error && 'code' in error && codes.includes(String(error.code));
}

/** What is at a path, links not followed; undefined when nothing is. */
export async function statOf(path: string): Promise<Stats | undefined> {
  try {
    return await lstat(path);
  } catch (error) {
    if (hasCode(error, 'ENOENT', 'ENOTDIR')) return undefined;
    throw error;
  }
}

/** A hidden name beside a file, for its content until it is complete. */
export function partialName(path: string): string {
  return join(dirname(path), `.${basename(path).slice(0, 200)}.${randomBytes(6).toString('hex')}.part`);
}

/** Flushes a file, or the names in a folder, to the disk. */
export async function syncPath(path: string): Promise<void> {
  const handle = await open(path, 'r');
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}

/**
 * Writes a file so that readers see the old content or the new one. Makes its folder.
 * @throws AperiodicError `disk-full`
 */
export async function writeFileAtomic(
  path: string,
  content: string | Uint8Array,
  options: { mode?: number } = {},
): Promise<void> {
  const partial = partialName(path);
  const mode = options.mode ?? publicMode;
  try {
    await mkdir(dirname(path), { recursive: true });
    const handle = await open(partial, 'wx', mode);
    try {
      await handle.writeFile(content);
      await handle.chmod(mode);
      await handle.sync();
    } finally {
      await handle.close();
    }
    await rename(partial, path);
  } catch (error) {
    await rm(partial, { force: true });
    throw diskFull(error, path);
  }
  await syncPath(dirname(path));
}

/**
 * Moves a file, across devices too, so that the target is there whole or not at all. Holes stay holes.
 * @throws AperiodicError `disk-full`
 */
export async function moveFile(from: string, to: string): Promise<void> {
  await chmod(from, publicMode);
  await syncPath(from);
  try {
    await rename(from, to);
    return;
  } catch (error) {
    if (!hasCode(error, 'EXDEV')) throw error;
  }
  await copyFileSparse(from, to);
  await rm(from);
}

/** As `moveFile`, but the source stays. cp knows holes and clones; Node's copyFile fills holes. */
export async function copyFileSparse(from: string, to: string): Promise<void> {
  const partial = partialName(to);
  try {
    await exec('cp', ['--sparse=always', '--reflink=auto', '--', from, partial], {
      what: 'a file could not be copied',
    });
    await chmod(partial, publicMode);
    await syncPath(partial);
    await rename(partial, to);
  } catch (error) {
    await rm(partial, { force: true });
    throw diskFull(error, to);
  }
}

/** ENOSPC as an error that says what to do; any other error as it is. */
export function diskFull(error: unknown, path: string): unknown {
  if (!hasCode(error, 'ENOSPC', 'EDQUOT')) return error;
  return new AperiodicError('disk-full', `the disk is full: make room in ${dirname(path)} and run it again`, {
    cause: error,
  });
}
