/**
 * A mirror in a folder of this machine (or mounted on it): a release appears by one rename.
 *
 * Safe to run twice: what is there is compared first, and when it matches nothing is written. A run that was killed
 * leaves a staging folder, which the next run continues.
 */
import { chmod, mkdir, readdir, readFile, rename, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { Mirror, MirrorFile, Task } from '../../ports.ts';
import { copyFileSparse, diskFull, hasCode, statOf, syncPath, writeFileAtomic } from '../host/files.ts';
import { confine } from './confine.ts';
import { compareFolder, copyInto } from './copy.ts';
import {
  checkFiles,
  checkName,
  checkSmallFile,
  isEqual,
  longestStagingMs,
  missingFile,
  notAsWritten,
  placeOf,
  refuseOverwrite,
  tooLarge,
} from './layout.ts';

/** How often to look again when another process published the same release in between. */
const attempts = 3;

export function createDirectoryMirror(id: string, directory: string): Mirror {
  return {
    id,
    holds: async (folder, files) => {
      const { final } = await locate(id, directory, folder);
      return isEqual(await compareFolder(final, files));
    },
    publish: async (folder, files, log) => {
      checkFiles(files);
      const place = await locate(id, directory, folder);
      for (let attempt = 1; ; attempt++) {
        const difference = await compareFolder(place.final, files);
        refuseOverwrite(id, folder, difference);
        if (difference.missing.length === 0) break;
        try {
          await bring(
            place,
            files.filter(({ name }) => difference.missing.includes(name)),
            log,
          );
          break;
        } catch (error) {
          const raced = hasCode(error, 'ENOENT', 'ENOTEMPTY', 'EEXIST');
          if (!raced || attempt === attempts) throw diskFull(error, place.staging);
        }
      }
      await sweep(place);
    },
    retrieve: async (folder, name, target) => {
      checkName(name);
      const { final } = await locate(id, directory, folder);
      const source = join(final, name);
      // Neither the release's folder nor the file may be a link that leads elsewhere.
      const plain = (await statOf(final))?.isDirectory() && (await statOf(source))?.isFile();
      if (!plain) throw missingFile(id, folder, name);
      await copyFileSparse(source, target);
    },
    replace: async (folder, name, content) => {
      checkSmallFile(folder, name);
      const path = await confine(id, directory, folder);
      const file = join(path, name);
      if ((await readSmall(file, Buffer.byteLength(content))) === content) return;
      await makePublicFolder(path);
      await writeFileAtomic(file, content);
      if ((await readSmall(file, Buffer.byteLength(content))) !== content)
        throw notAsWritten(id, `${folder}/${name}`);
    },
    read: async (folder, name, maxBytes) => {
      checkSmallFile(folder, name);
      const file = join(await confine(id, directory, folder), name);
      const stat = await statOf(file);
      if (stat !== undefined && stat.size > maxBytes) throw tooLarge(id, `${folder}/${name}`, maxBytes);
      return await readSmall(file, maxBytes);
    },
    list: async (folder) => {
      const path = await confine(id, directory, folder);
      return (await entries(path))
        .filter((entry) => entry.isDirectory() && !entry.name.startsWith('.'))
        .map(({ name }) => name)
        .sort();
    },
    remove: async (folder) => {
      const place = await locate(id, directory, folder);
      await rm(place.removing, { recursive: true, force: true });
      if ((await statOf(place.final)) !== undefined) await rename(place.final, place.removing);
      await sweep(place);
    },
  };
}

/** Undefined for what is no regular file, or larger. */
async function readSmall(path: string, maxBytes: number): Promise<string | undefined> {
  const stat = await statOf(path);
  return stat?.isFile() && stat.size <= maxBytes ? await readFile(path, 'utf8') : undefined;
}

interface Paths {
  final: string;
  staging: string;
  /** Where a folder goes before its files are removed, so that users never see half of it. */
  removing: string;
}

async function locate(id: string, directory: string, folder: string): Promise<Paths> {
  const { parent, name, staging } = placeOf(folder);
  const path = await confine(id, directory, parent);
  return { final: join(path, name), staging: join(path, staging), removing: join(path, `.removing-${name}`) };
}

async function bring(place: Paths, files: readonly MirrorFile[], log: Task): Promise<void> {
  await makePublicFolder(place.staging);
  await copyInto(place.staging, files, log);
  if ((await statOf(place.final)) === undefined) {
    await rename(place.staging, place.final);
  } else {
    for (const { name } of files) await rename(join(place.staging, name), join(place.final, name));
    await syncPath(place.final);
  }
  await syncPath(dirname(place.final));
}

/** Makes a folder and those above it that are missing, for all to read whatever the umask. */
async function makePublicFolder(path: string): Promise<void> {
  const first = await mkdir(path, { recursive: true });
  if (first === undefined) return;
  for (let at = path; at.startsWith(first); at = dirname(at)) await chmod(at, 0o755);
}

/** Removes what this release's runs left behind, and what nobody continued. */
async function sweep(place: Paths): Promise<void> {
  const folder = dirname(place.final);
  for (const { name } of await entries(folder)) {
    const path = join(folder, name);
    const stale = path === place.staging || name.startsWith('.removing-') || (await isForgotten(path, name));
    if (stale) await rm(path, { recursive: true, force: true });
  }
}

async function isForgotten(path: string, name: string): Promise<boolean> {
  if (!name.startsWith('.staging-')) return false;
  const stat = await statOf(path);
  return stat !== undefined && Date.now() - stat.mtimeMs > longestStagingMs;
}

async function entries(folder: string) {
  try {
    return await readdir(folder, { withFileTypes: true });
  } catch (error) {
    if (hasCode(error, 'ENOENT')) return [];
    throw error;
  }
}
