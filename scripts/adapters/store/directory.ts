/**
 * A store in a folder: `<folder>/sha256/ab/<hex>`, and work in progress below `<folder>/tmp`.
 *
 * Files appear by a rename, so that a stored file is always whole; two processes that add the same bytes at once both
 * succeed. Nothing in it is ever changed, only added or, when its content went bad, removed.
 */
import { mkdir, rm } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import { AperiodicError } from '../../model/errors.ts';
import type { Log, Store } from '../../ports.ts';
import { sha256OfFile } from '../host/digest.ts';
import { moveFile, statOf } from '../host/files.ts';
import { makeTemporaryFolder } from './temporary.ts';

/** @param log told when a stored file went bad and was removed */
export function createDirectoryStore(folder: string, log?: Pick<Log, 'warn'>): Store {
  const root = resolve(folder);
  return {
    find: (sha256) => find(root, sha256),
    verify: (sha256) => verify(root, sha256, log),
    add: (file, sha256) => add(root, file, sha256),
    temporaryFolder: () => makeTemporaryFolder(join(root, 'tmp')),
  };
}

function placeOf(root: string, sha256: string): string {
  if (!/^[0-9a-f]{64}$/.test(sha256)) {
    throw new AperiodicError('internal', `'${sha256}' is not a SHA-256 in lower-case hexadecimal`);
  }
  return join(root, 'sha256', sha256.slice(0, 2), sha256);
}

async function find(root: string, sha256: string): Promise<string | undefined> {
  const path = placeOf(root, sha256);
  return (await statOf(path))?.isFile() ? path : undefined;
}

async function verify(root: string, sha256: string, log?: Pick<Log, 'warn'>): Promise<string | undefined> {
  const path = await find(root, sha256);
  if (path === undefined) return undefined;
  const found = await sha256OfFile(path);
  if (found.sha256 === sha256) return path;
  await rm(path, { force: true });
  log?.warn(
    `${path} was damaged (its content has the digest ${found.sha256}): it was removed from the store`,
  );
  return undefined;
}

async function add(root: string, file: string, sha256: string): Promise<string> {
  const path = placeOf(root, sha256);
  const found = await sha256OfFile(file);
  if (found.sha256 !== sha256) {
    throw new AperiodicError(
      'digest-mismatch',
      `a file of ${found.size} bytes has the SHA-256 ${found.sha256} and should have ${sha256}`,
      { file },
    );
  }
  const there = await statOf(path);
  if (there?.isFile() && there.size === found.size) {
    await rm(file);
    return path;
  }
  await mkdir(dirname(path), { recursive: true });
  await moveFile(file, path);
  return path;
}
