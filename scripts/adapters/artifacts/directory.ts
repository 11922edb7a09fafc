/**
 * Artifacts in a folder:
 *
 *     <folder>/files/<sha256>/<name>   files that stages hand to each other
 *     <folder>/work/<name>             work in progress, emptied at each use
 *     <folder>/logs/<name>             logs of stages, kept
 *
 * A file's uri is `artifact:<sha256>/<name>`: it names no folder, so that a value stays true when `files/` is carried
 * to another job or machine.
 */
import { chmod, mkdir, rm } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import { AperiodicError } from '../../model/errors.ts';
import { formatArtifactUri } from '../../model/job.ts';
import type { FileRef } from '../../model/types.generated.ts';
import type { Artifacts } from '../../ports.ts';
import { sha256OfFile } from '../host/digest.ts';
import { exec } from '../host/exec.ts';
import { hasCode, moveFile, statOf } from '../host/files.ts';
import { isFileName, isFolderPath } from '../host/names.ts';
import { parseArtifactUri } from './uri.ts';
import { createVerifier, type Verifier } from './verifier.ts';

export function createDirectoryArtifacts(folder: string): Artifacts {
  const root = resolve(folder);
  const verifier = createVerifier();
  return {
    put: (file, name) => put(join(root, 'files'), verifier, file, name),
    get: (ref) => get(join(root, 'files'), verifier, ref),
    workFolder: (name) => workFolder(root, name),
    logFolder: async (name) => {
      const path = join(root, 'logs', folderName(name));
      await mkdir(path, { recursive: true });
      return path;
    },
  };
}

async function put(files: string, verifier: Verifier, file: string, name: string): Promise<FileRef> {
  if (!isFileName(name)) throw new AperiodicError('internal', `'${name}' is not a name for an artifact`);
  const stat = await statOf(file);
  if (!stat?.isFile())
    throw new AperiodicError('internal', `${file} is not a regular file: it cannot be kept`);
  const { sha256, size } = await sha256OfFile(file);
  const path = join(files, sha256, name);
  const ref = { sha256, size, uri: formatArtifactUri(sha256, name) };
  if ((await statOf(path))?.isFile() && (await verifier.matches(path, ref))) {
    if (resolve(file) !== path) await rm(file);
    return ref;
  }
  await mkdir(dirname(path), { recursive: true });
  await moveFile(file, path);
  await verifier.remember(path, sha256);
  return ref;
}

async function get(files: string, verifier: Verifier, ref: FileRef): Promise<string> {
  const { sha256, name } = parseArtifactUri(ref);
  const path = join(files, sha256, name);
  const stat = await statOf(path);
  if (stat === undefined) {
    throw new AperiodicError(
      'not-found',
      `${name} (SHA-256 ${sha256}) is not there: run the stage before again`,
      {
        file: path,
      },
    );
  }
  if (stat.isFile() && (await verifier.matches(path, ref))) return path;
  throw new AperiodicError(
    'digest-mismatch',
    `is not the file that was handed over (SHA-256 ${sha256}, ${ref.size} bytes): remove it and run the stage before again`,
    { file: path },
  );
}

async function workFolder(root: string, name: string): Promise<string> {
  const path = join(root, 'work', folderName(name));
  try {
    await rm(path, { recursive: true, force: true });
  } catch (error) {
    if (!hasCode(error, 'EACCES', 'EPERM', 'ENOTEMPTY')) throw error;
    // Folders without the write bit, as they are in a root file system, cannot be emptied by a plain user.
    await exec('chmod', ['-R', 'u+rwX', '--', path], { accept: [0, 1] });
    await rm(path, { recursive: true, force: true });
  }
  await mkdir(path, { recursive: true });
  await chmod(path, 0o755);
  return path;
}

/** One or more parts, such as `debian-12/cloud-base/20261122.0`. */
function folderName(name: string): string {
  if (isFolderPath(name)) return name;
  throw new AperiodicError('internal', `'${name}' is not a name for a folder`);
}
