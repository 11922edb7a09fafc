/**
 * Carries out `aperiodic pack` and `aperiodic unpack`. A packed folder:
 *
 *     <folder>/<name of the value>.json
 *     <folder>/files/<sha256>/<name>
 *
 * Safe to repeat: a file that is there is verified and left.
 */
import { copyFile, link, mkdir, readdir, rm } from 'node:fs/promises';
import path from 'node:path';
import { createDirectoryArtifacts } from '../../adapters/artifacts/directory.ts';
import { parseArtifactUri } from '../../adapters/artifacts/uri.ts';
import { statOf } from '../../adapters/host/files.ts';
import { withLock } from '../../adapters/host/lock.ts';
import { AperiodicError } from '../../model/errors.ts';
import { findFiles } from '../../model/hand-over.ts';
import type { FileRef } from '../../model/types.generated.ts';
import type { Context, Outcome } from '../command.ts';
import { readJsonFile } from '../read-value.ts';

export async function runPack(context: Context): Promise<Outcome> {
  const folder = context.given.text('to');
  if (folder === undefined) throw new AperiodicError('usage', 'say where: --to FOLDER');
  const { work } = await context.config();
  const artifacts = createDirectoryArtifacts(work);
  const packed: string[] = [];
  await mkdir(folder, { recursive: true });
  for (const file of context.given.rest('value')) {
    const value = await readJsonFile(file);
    for (const ref of findFiles(context.given.flag('documents') ? documentsOf(value) : value)) {
      const { sha256, name } = parseArtifactUri(ref);
      if (context.given.flag('without-raw') && name.endsWith('.raw')) continue;
      const target = path.join(folder, 'files', sha256, name);
      await place(await artifacts.get(ref), target);
      packed.push(name);
    }
    await copyFile(file, path.join(folder, path.basename(file)));
  }
  return { json: { folder, files: packed }, text: `${folder}: ${describe(packed)}` };
}

function documentsOf(value: unknown): unknown {
  if (typeof value === 'object' && value !== null && 'documents' in value) return value.documents;
  throw new AperiodicError('usage', '--documents takes a value of sign');
}

/** The same bytes under another name where the file system can, else a copy. */
async function place(source: string, target: string): Promise<void> {
  await mkdir(path.dirname(target), { recursive: true });
  await rm(target, { force: true });
  await link(source, target).catch(async () => copyFile(source, target));
}

export async function runUnpack(context: Context): Promise<Outcome> {
  const { work } = await context.config();
  const taken = await withLock(work, async () => {
    const names: string[] = [];
    for (const folder of context.given.rest('folder')) names.push(...(await unpack(folder, work)));
    return names;
  });
  return { json: { files: taken }, text: describe(taken) };
}

/** @throws AperiodicError `digest-mismatch`, before anything that does not match is taken over */
async function unpack(folder: string, work: string): Promise<string[]> {
  const artifacts = createDirectoryArtifacts(work);
  const names: string[] = [];
  const there = await readdir(folder).catch((cause: unknown) => {
    throw new AperiodicError('not-found', 'the packed folder cannot be read', { file: folder, cause });
  });
  const values = there.filter((name) => name.endsWith('.json')).sort();
  for (const value of values) {
    for (const ref of findFiles(await readJsonFile(path.join(folder, value)))) {
      const { sha256, name } = parseArtifactUri(ref);
      const file = path.join(folder, 'files', sha256, name);
      if (!(await statOf(file))?.isFile()) continue;
      await take(file, name, ref, artifacts);
      names.push(name);
    }
  }
  return names;
}

async function take(
  file: string,
  name: string,
  ref: FileRef,
  artifacts: ReturnType<typeof createDirectoryArtifacts>,
): Promise<void> {
  const got = await artifacts.put(file, name);
  if (got.sha256 === ref.sha256 && got.size === ref.size) return;
  await rm(await artifacts.get(got), { force: true });
  throw new AperiodicError('digest-mismatch', `has the SHA-256 ${got.sha256} and should have ${ref.sha256}`, {
    file,
  });
}

function describe(names: readonly string[]): string {
  return names.length === 0 ? 'no files' : names.join(', ');
}
