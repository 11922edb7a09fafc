/**
 * A generated folder as the service sees it: one generation at a time. A generator puts the next one in its place at once, by
 * moving a link or a folder, so that what is read under one generation belongs together; the service looks for the next one
 * before it answers, and not more often than every so many milliseconds.
 */
import { readFile, realpath, stat } from 'node:fs/promises';
import path from 'node:path';
import { matchesStream, type Query } from '../../model/catalog/select.ts';
import { AperiodicError } from '../../model/errors.ts';
import { assertValid, type Kind } from '../../model/schema.ts';
import { manifestName } from '../../model/site/file.ts';
import type { ApiCatalog, ApiRelease, ApiStream, SchemaTypes } from '../../model/types.generated.ts';
import { catalogPath, releaseDocumentPath, streamDocumentPath } from '../../render/api/paths.ts';
import { statOf } from '../host/files.ts';

export interface Generation {
  /** Where its files are: absolute, without links. */
  root: string;
  catalog: ApiCatalog;
  /** Of the query's streams. @throws AperiodicError `invalid` for a document that is none */
  streams(query: Query): Promise<ApiStream[]>;
  /** Undefined where there is none. @throws AperiodicError `invalid` for a document that is none */
  release(stream: string, version: string): Promise<ApiRelease | undefined>;
}

export interface Generations {
  /**
   * @param again whether to look now, since what was seen last may be gone
   * @throws AperiodicError `not-found` while nothing is published
   */
  current(again?: boolean): Promise<Generation>;
}

/** @param pause milliseconds between two looks at the folder */
export function watchGenerations(folder: string, pause = 500): Generations {
  let known: { key: string; generation: Generation } | undefined;
  let looked = Number.NEGATIVE_INFINITY;
  let looking: Promise<Generation> | undefined;
  const look = async () => {
    const { key, root } = await identify(folder);
    if (known?.key !== key) known = { key, generation: await open(root) };
    looked = performance.now();
    return known.generation;
  };
  return {
    current: async (again = false) => {
      if (!again && known !== undefined && performance.now() - looked < pause) return known.generation;
      looking ??= look().finally(() => {
        looking = undefined;
      });
      return await looking;
    },
  };
}

async function identify(folder: string): Promise<{ key: string; root: string }> {
  try {
    const root = await realpath(folder);
    // The catalog may be the same file in two generations; what tells of all files never is.
    const files = [await stat(path.join(root, catalogPath)), await statOf(path.join(root, manifestName))];
    const marks = files.map((found) => [found?.dev, found?.ino, found?.size, found?.mtimeMs].join(' '));
    return { root, key: [root, ...marks].join('\n') };
  } catch (cause) {
    throw new AperiodicError('not-found', `nothing is published there: it has no ${catalogPath}`, {
      file: folder,
      cause,
    });
  }
}

async function open(root: string): Promise<Generation> {
  const catalog = await readDocument(root, 'ApiCatalog', catalogPath);
  const streams = new Map<string, Promise<ApiStream>>();
  const load = (id: string) => {
    const known = streams.get(id);
    if (known !== undefined) return known;
    const fresh = readDocument(root, 'ApiStream', streamDocumentPath(id));
    streams.set(id, fresh);
    // What could not be read may be there at the next try.
    fresh.catch(() => streams.delete(id));
    return fresh;
  };
  return {
    root,
    catalog,
    streams: (query) =>
      Promise.all(catalog.streams.filter((stream) => matchesStream(stream, query)).map(({ id }) => load(id))),
    release: async (stream, version) => {
      const name = releaseDocumentPath(stream, version);
      const isThere = (await statOf(path.join(root, name)))?.isFile() === true;
      return isThere ? await readDocument(root, 'ApiRelease', name) : undefined;
    },
  };
}

async function readDocument<K extends Kind>(root: string, kind: K, name: string): Promise<SchemaTypes[K]> {
  const file = path.join(root, name);
  try {
    const value: unknown = JSON.parse(await readFile(file, 'utf8'));
    return assertValid(kind, value, { file });
  } catch (cause) {
    if (cause instanceof AperiodicError) throw cause;
    throw new AperiodicError('invalid', 'cannot be read', { file, cause });
  }
}
