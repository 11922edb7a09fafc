/**
 * Releases of one stream that were read before, so that a site of thousands of them is made again in a moment: a file of JSON that
 * only grows, and an index of where each release is in it. What is cut off or of another version of the code is as good as not there;
 * what is damaged otherwise stops the run and is forgotten. One process and one thread at a time.
 */
import { createHash } from 'node:crypto';
import {
  closeSync,
  fstatSync,
  mkdirSync,
  openSync,
  readFileSync,
  readSync,
  rmSync,
  statSync,
  writeSync,
} from 'node:fs';
import path from 'node:path';
import type { Holdings } from '../../model/catalog/holdings.ts';
import { AperiodicError } from '../../model/errors.ts';
import type { ReleaseSummary, StoredRelease, StreamCache } from '../../model/site/load-site.ts';
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
  /** Of the last time, with what they are the holdings of. */
  holdings?: { key: string; held: Holdings };
}

/** Releases that are kept in memory: those of a stream are looked at together. */
const mostRecent = 1000;

/**
 * @param folder of the caches of all streams
 * @param version of all that says what a valid release is
 */
export function openStreamCache(folder: string, stream: string, version: string): StreamCache {
  const stem = path.join(folder, 'streams', encodeURIComponent(stream));
  const indexFile = `${stem}.index.json`;
  const dataFile = `${stem}.jsonl`;
  const { places: stored, holdings } = readIndex(indexFile, dataFile, version);
  const places = new Map(Object.entries(stored));
  let known = holdings;
  let changed = false;
  const used = new Set<string>();
  const recent = new Map<string, StoredRelease>();
  const data = openLazily(dataFile, places.size === 0);

  const remember = (digest: string, release: StoredRelease) => {
    if (recent.size >= mostRecent) recent.clear();
    recent.set(digest, release);
  };

  return {
    find: (digest) => {
      const place = places.get(digest);
      if (place !== undefined) used.add(digest);
      return place;
    },
    read: (digest) => {
      const known = recent.get(digest);
      if (known !== undefined) return known;
      const place = places.get(digest);
      if (place === undefined) throw new AperiodicError('internal', `${digest} was never read`);
      const buffer = Buffer.allocUnsafe(place.length);
      const length = readSync(data().file, buffer, 0, place.length, place.at);
      const value = length === place.length && sumOf(buffer) === place.sum ? parse(buffer) : undefined;
      if (value === undefined) {
        // The next run reads everything of the stream again.
        rmSync(indexFile, { force: true });
        throw new AperiodicError(
          'digest-mismatch',
          `what was kept of ${stream} in ${folder} was damaged and is forgotten: run it again`,
        );
      }
      remember(digest, value);
      return value;
    },
    add: (digest, release) => {
      const bytes = Buffer.from(`${JSON.stringify(release)}\n`);
      const place = data().append(bytes);
      places.set(digest, { ...summarize(release), ...place, length: bytes.length, sum: sumOf(bytes) });
      used.add(digest);
      remember(digest, release);
      changed = true;
    },
    findHoldings: (key) => (known?.key === key ? known.held : undefined),
    addHoldings: (key, held) => {
      known = { key, held };
      changed = true;
    },
    save: async () => {
      if (!changed) return;
      const kept = [...places].filter(([digest]) => used.has(digest));
      const index = { version, places: Object.fromEntries(kept), ...(known && { holdings: known }) };
      await writeFileAtomic(indexFile, JSON.stringify(index));
      changed = false;
    },
    close: () => data.close(),
  };
}

/** Opened when it is first needed: of most streams nothing is. */
function openLazily(name: string, isNew: boolean) {
  let opened: { file: number; end: number } | undefined;
  const open = () => {
    if (opened !== undefined) return opened;
    mkdirSync(path.dirname(name), { recursive: true });
    if (isNew) rmSync(name, { force: true });
    const file = openSync(name, 'a+');
    opened = { file, end: fstatSync(file).size };
    return opened;
  };
  const get = () => {
    const state = open();
    const append = (bytes: Buffer) => {
      const at = state.end;
      writeSync(state.file, bytes);
      state.end += bytes.length;
      return { at };
    };
    return { file: state.file, append };
  };
  const close = () => {
    if (opened !== undefined) closeSync(opened.file);
    opened = undefined;
  };
  return Object.assign(get, { close });
}

function summarize({ release, record }: StoredRelease): ReleaseSummary {
  const dues = (release.fixes ?? []).flatMap(({ due }) => due ?? []);
  return {
    withdrawn: release.withdrawn !== undefined,
    ...(record === undefined ? {} : { recordedAt: record.recordedAt }),
    ...(record?.deprecateAt === undefined ? {} : { deprecateAt: record.deprecateAt }),
    ...(dues.length === 0 ? {} : { dues }),
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

function readIndex(file: string, dataFile: string, version: string): Pick<Index, 'places' | 'holdings'> {
  const none = { places: {} };
  try {
    const index: unknown = JSON.parse(readFileSync(file, 'utf8'));
    if (!isIndex(index) || index.version !== version) return none;
    const places = Object.values(index.places);
    const end = places.reduce((last, { at, length }) => Math.max(last, at + length), 0);
    return places.length > 0 && statSync(dataFile).size < end ? none : index;
  } catch {
    return none;
  }
}

function isIndex(value: unknown): value is Index {
  return typeof value === 'object' && value !== null && 'version' in value && 'places' in value;
}
