/**
 * Releases that were read before, so that a site of thousands of them is made again in a moment: one file of JSON that only grows,
 * and an index of where each release is in it. What is damaged or of another version of the code is as good as not there.
 */
import { createHash } from 'node:crypto';
import { closeSync, fstatSync, openSync, readSync, writeSync } from 'node:fs';
import { mkdir, readFile, rm } from 'node:fs/promises';
import path from 'node:path';
import { AperiodicError } from '../../model/errors.ts';
import type { ReleaseCache, ReleaseSummary, StoredRelease } from '../../model/site/load-site.ts';
import { writeFileAtomic } from '../host/files.ts';

interface Place extends ReleaseSummary {
  at: number;
  length: number;
  /** Of the JSON, shortened. */
  sum: string;
}

interface Index {
  version: string;
  places: Record<string, Place>;
}

export interface OpenedCache extends ReleaseCache {
  /** Keeps what was found or added since it was opened, and forgets the rest when there is more of that. */
  save(): Promise<void>;
  close(): void;
}

/** Bytes that are gathered before they are written. */
const bufferSize = 4 * 1024 * 1024;

/** Releases that are kept in memory: those of a stream are looked at together. */
const mostRecent = 1000;

/**
 * @param folder of its own, made when missing; one process at a time
 * @param version of all that says what a valid release is
 */
export async function openReleaseCache(folder: string, version: string): Promise<OpenedCache> {
  await mkdir(folder, { recursive: true });
  const indexFile = path.join(folder, 'index.json');
  const dataFile = path.join(folder, 'releases.jsonl');
  const places = new Map(Object.entries(await readIndex(indexFile, version)));
  if (places.size === 0) await rm(dataFile, { force: true });
  const file = openSync(dataFile, 'a+');
  let end = fstatSync(file).size;
  let pending: Buffer[] = [];
  let pendingSize = 0;
  let changed = false;
  const used = new Set<string>();
  const recent = new Map<string, StoredRelease>();

  const flush = () => {
    for (const buffer of pending) writeSync(file, buffer);
    pending = [];
    pendingSize = 0;
  };

  return {
    find: (digest) => {
      const place = places.get(digest);
      if (place === undefined || place.at + place.length > end) return undefined;
      used.add(digest);
      return place;
    },
    read: (digest) => {
      const known = recent.get(digest);
      if (known !== undefined) return known;
      const place = places.get(digest);
      if (place === undefined) throw new AperiodicError('internal', `${digest} was never read`);
      if (place.at + place.length > end - pendingSize) flush();
      const buffer = Buffer.allocUnsafe(place.length);
      const length = readSync(file, buffer, 0, place.length, place.at);
      const value = length === place.length && sumOf(buffer) === place.sum ? parse(buffer) : undefined;
      if (value === undefined) throw damaged(folder);
      if (recent.size >= mostRecent) recent.clear();
      recent.set(digest, value);
      return value;
    },
    add: (digest, release) => {
      const bytes = Buffer.from(`${JSON.stringify(release)}\n`);
      places.set(digest, { ...summarize(release), at: end, length: bytes.length, sum: sumOf(bytes) });
      used.add(digest);
      changed = true;
      pending.push(bytes);
      pendingSize += bytes.length;
      end += bytes.length;
      if (pendingSize > bufferSize) flush();
    },
    save: async () => {
      flush();
      if (!changed && used.size * 2 >= places.size) return;
      const kept = [...places].filter(([digest]) => used.has(digest) || used.size * 2 >= places.size);
      await writeFileAtomic(indexFile, JSON.stringify({ version, places: Object.fromEntries(kept) }));
      changed = false;
    },
    close: () => closeSync(file),
  };
}

function summarize({ release, record }: StoredRelease): ReleaseSummary {
  return {
    withdrawn: release.withdrawn !== undefined,
    ...(record === undefined ? {} : { recordedAt: record.recordedAt }),
    ...(record?.deprecateAt === undefined ? {} : { deprecateAt: record.deprecateAt }),
  };
}

function sumOf(bytes: Buffer): string {
  return createHash('sha256').update(bytes).digest('hex').slice(0, 16);
}

function parse(bytes: Buffer): StoredRelease | undefined {
  const value: unknown = JSON.parse(bytes.toString());
  return isStored(value) ? value : undefined;
}

/** It was valid when it was written, and its digest says that it is what was written. */
function isStored(value: unknown): value is StoredRelease {
  return typeof value === 'object' && value !== null && 'release' in value;
}

function damaged(folder: string): AperiodicError {
  return new AperiodicError(
    'digest-mismatch',
    `what is kept in ${folder} is damaged: remove it and run again`,
  );
}

async function readIndex(file: string, version: string): Promise<Record<string, Place>> {
  try {
    const index: unknown = JSON.parse(await readFile(file, 'utf8'));
    return isIndex(index) && index.version === version ? index.places : {};
  } catch {
    return {};
  }
}

function isIndex(value: unknown): value is Index {
  return typeof value === 'object' && value !== null && 'version' in value && 'places' in value;
}
