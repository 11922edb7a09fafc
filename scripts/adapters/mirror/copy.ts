/** Reading and filling one folder of a directory mirror. */
import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { open, readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { AperiodicError } from '../../model/errors.ts';
import type { MirrorFile, Task } from '../../ports.ts';
import { sha256OfFile } from '../host/digest.ts';
import { publicMode, statOf, syncPath } from '../host/files.ts';
import type { Difference } from './layout.ts';

/** Reads every file of the folder; one that does not exist lacks them all. A symbolic link is never followed. */
export async function compareFolder(folder: string, files: readonly MirrorFile[]): Promise<Difference> {
  const stat = await statOf(folder);
  if (stat === undefined) return { missing: files.map(({ name }) => name), different: [], extra: [] };
  if (!stat.isDirectory()) return { missing: [], different: ['the folder itself'], extra: [] };
  const names = new Set((await readdir(folder)).filter((name) => !name.startsWith('.')));
  const wanted = new Set(files.map(({ name }) => name));
  const difference: Difference = {
    missing: [...wanted].filter((name) => !names.has(name)),
    different: [],
    extra: [...names].filter((name) => !wanted.has(name)).sort(),
  };
  for (const file of files) {
    if (names.has(file.name) && !(await isFile(join(folder, file.name), file)))
      difference.different.push(file.name);
  }
  return difference;
}

async function isFile(path: string, { sha256, size }: MirrorFile): Promise<boolean> {
  const stat = await statOf(path);
  return stat?.isFile() === true && stat.size === size && (await sha256OfFile(path)).sha256 === sha256;
}

/**
 * Makes a folder hold these files and nothing else; those that are there already and match stay.
 * @throws AperiodicError `digest-mismatch` when what was written does not read back as it should
 */
export async function copyInto(folder: string, files: readonly MirrorFile[], log: Task): Promise<void> {
  const wanted = new Set(files.map(({ name }) => name));
  for (const name of await readdir(folder)) {
    if (!wanted.has(name)) await rm(join(folder, name), { recursive: true, force: true });
  }
  const total = files.reduce((sum, { size }) => sum + size, 0);
  let done = 0;
  for (const file of files) {
    const target = join(folder, file.name);
    log.note(file.name);
    if (!(await isFile(target, file))) {
      await copyFile(file, target, (bytes) => log.progress(done + bytes, total, 'bytes'));
      if (!(await isFile(target, file))) {
        throw new AperiodicError(
          'digest-mismatch',
          'does not read back as it was written: look at the disk',
          {
            file: target,
          },
        );
      }
    }
    done += file.size;
    log.progress(done, total, 'bytes');
  }
  await syncPath(folder);
}

async function copyFile(file: MirrorFile, target: string, progress: (bytes: number) => void): Promise<void> {
  // What is there may be a link that leads elsewhere: it is replaced, not written through.
  await rm(target, { recursive: true, force: true });
  const handle = await open(target, 'wx', publicMode);
  try {
    const hash = createHash('sha256');
    let done = 0;
    for await (const chunk of createReadStream(file.path, { highWaterMark: 1024 * 1024 })) {
      const bytes: Buffer = chunk;
      hash.update(bytes);
      await handle.writeFile(bytes);
      done += bytes.length;
      progress(done);
    }
    await handle.chmod(publicMode);
    await handle.sync();
    if (hash.digest('hex') !== file.sha256) {
      throw new AperiodicError(
        'digest-mismatch',
        `is not the file that was tested (SHA-256 ${file.sha256})`,
        {
          file: file.path,
        },
      );
    }
  } finally {
    await handle.close();
  }
}
