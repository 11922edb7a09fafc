/** What the store has of a builder image. */
import { readFile } from 'node:fs/promises';
import { parseBuilderReference } from '../../model/container/builder-reference.ts';
import { blobName } from '../../model/container/oci.ts';
import {
  maxManifestBytes,
  type ReadEntry,
  readConfig,
  readManifest,
} from '../../model/container/read-manifest.ts';
import { AperiodicError } from '../../model/errors.ts';
import type { Store } from '../../ports.ts';
import { statOf } from '../host/files.ts';

/** The image for this machine, whole and verified. */
export interface StoredImage {
  /** JSON. */
  config: string;
  /** The lowest first. */
  layers: StoredLayer[];
}

export interface StoredLayer {
  /** Of the store; compressed as it came. */
  path: string;
  /** Digest of its tar before it was compressed. */
  digest: string;
}

/** Go's word for this machine. */
export const machine: string = process.arch === 'x64' ? 'amd64' : process.arch;

/** @throws AperiodicError `not-found` when an index has no image for this machine */
export function chooseImage(index: readonly ReadEntry[], reference: string): ReadEntry {
  const found = index.find(({ os, architecture }) => os === 'linux' && architecture === machine);
  if (found !== undefined) return found;
  const there = [...new Set(index.map(({ os, architecture }) => `${os}/${architecture}`))].sort().join(', ');
  throw new AperiodicError(
    'not-found',
    `the builder image ${reference} is not for linux/${machine}, on which it would run: it is for ${there}`,
  );
}

/**
 * @returns undefined when the store lacks a part of it
 * @throws AperiodicError `invalid` for what is no image, `not-found` for one that does not run on this machine
 */
export async function findStored(reference: string, store: Store): Promise<StoredImage | undefined> {
  const first = await readStored(parseBuilderReference(reference).digest, store);
  if (first === undefined) return undefined;
  const read = readManifest(first);
  const text = 'index' in read ? await readStored(chooseImage(read.index, reference).digest, store) : first;
  if (text === undefined) return undefined;
  const manifest = readManifest(text);
  if ('index' in manifest)
    throw new AperiodicError('invalid', `the builder image ${reference} is an index of indexes`);
  const config = await readStored(manifest.image.config.digest, store);
  if (config === undefined) return undefined;
  const { architecture, os, layers: unpacked } = readConfig(config);
  chooseImage([{ ...manifest.image.config, architecture, os }], reference);
  if (unpacked.length !== manifest.image.layers.length)
    throw new AperiodicError('invalid', `the builder image ${reference} does not name its layers`);
  const layers: StoredLayer[] = [];
  for (const [at, { digest }] of manifest.image.layers.entries()) {
    const path = await store.verify(blobName(digest));
    if (path === undefined) return undefined;
    layers.push({ path, digest: unpacked[at] ?? '' });
  }
  return { config, layers };
}

async function readStored(digest: string, store: Store): Promise<string | undefined> {
  const file = await store.verify(blobName(digest));
  if (file === undefined) return undefined;
  const size = (await statOf(file))?.size ?? 0;
  if (size <= maxManifestBytes) return await readFile(file, 'utf8');
  throw new AperiodicError('invalid', `${digest} is too large for the manifest of a container image`);
}
