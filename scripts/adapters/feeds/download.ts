/** Feeds from servers: kept, and asked for again only when they changed. */
import { createHash } from 'node:crypto';
import { mkdir, open, readFile, rename, rm } from 'node:fs/promises';
import path from 'node:path';
import { toTimestamp } from '../../model/advisories/dates.ts';
import { AperiodicError } from '../../model/errors.ts';
import { partialName, statOf, syncPath, writeFileAtomic } from '../host/files.ts';
import type { Limits } from './limits.ts';
import { tooLarge } from './unpack.ts';

export interface Downloaded {
  file: string;
  /** Why an older copy is used, and of when it is; undefined when the server says that it is the newest. */
  stale?: string;
}

/** What is known of the kept copy. */
interface Kept {
  etag?: string;
  lastModified?: string;
  fetched?: string;
}

/**
 * @param folder where copies are kept
 * @throws AperiodicError `unreachable` when there is no copy either, `invalid` for what is too large
 */
export async function downloadFeed(
  url: string,
  folder: string,
  now: Date,
  limits: Limits,
): Promise<Downloaded> {
  const place = path.join(folder, createHash('sha256').update(url).digest('hex').slice(0, 16));
  const file = path.join(place, 'content');
  await mkdir(place, { recursive: true });
  const there = (await statOf(file))?.isFile() === true;
  const kept = there ? await readKept(place) : {};
  try {
    const fresh = await ask(url, file, kept, limits);
    if (fresh !== undefined) {
      const known: Kept = { ...fresh, fetched: toTimestamp(now.getTime()) };
      await writeFileAtomic(path.join(place, 'kept.json'), JSON.stringify(known));
    }
    return { file };
  } catch (error) {
    if (!there || !(error instanceof AperiodicError) || error.code !== 'unreachable') throw error;
    return { file, stale: `${error.message}; the copy of ${kept.fetched ?? 'an unknown day'} is used` };
  }
}

async function readKept(place: string): Promise<Kept> {
  const text = await readFile(path.join(place, 'kept.json'), 'utf8').catch(() => '{}');
  const read: Kept = {};
  try {
    const value: unknown = JSON.parse(text);
    for (const key of ['etag', 'lastModified', 'fetched'] as const) {
      const one: unknown = typeof value === 'object' && value !== null ? Reflect.get(value, key) : undefined;
      if (typeof one === 'string') read[key] = one;
    }
  } catch {
    return {};
  }
  return read;
}

/** Undefined when the kept copy is the newest. */
async function ask(url: string, file: string, kept: Kept, limits: Limits): Promise<Kept | undefined> {
  const ending = new AbortController();
  const stop = (why: string) => ending.abort(new AperiodicError('unreachable', why));
  const whole = setTimeout(() => stop('took too long to download'), limits.downloadMs);
  let silence = setTimeout(() => stop('did not answer'), limits.silenceMs);
  try {
    const headers: Record<string, string> = { 'user-agent': 'aperiodic' };
    if (kept.etag !== undefined) headers['if-none-match'] = kept.etag;
    else if (kept.lastModified !== undefined) headers['if-modified-since'] = kept.lastModified;
    const response = await follow(url, headers, ending.signal, limits);
    if (response.status === 304) return undefined;
    if (!response.ok || response.body === null) {
      await response.body?.cancel();
      throw new AperiodicError('unreachable', `the server answered ${response.status}`);
    }
    const beat = () => {
      clearTimeout(silence);
      silence = setTimeout(() => stop('fell silent'), limits.silenceMs);
    };
    await save(response.body, file, beat, limits);
    const etag = response.headers.get('etag');
    const lastModified = response.headers.get('last-modified');
    return { ...(etag === null ? {} : { etag }), ...(lastModified === null ? {} : { lastModified }) };
  } catch (error) {
    const why: unknown = ending.signal.aborted ? ending.signal.reason : error;
    if (why instanceof AperiodicError) throw why;
    if (error instanceof Error && 'code' in error && error.code === 'ENOSPC')
      throw new AperiodicError('disk-full', 'the disk is full: make room for feeds', { cause: error });
    throw new AperiodicError('unreachable', 'could not be reached', { cause: error });
  } finally {
    clearTimeout(whole);
    clearTimeout(silence);
  }
}

/** Redirects lead to https, or on this machine from http to http. */
async function follow(
  url: string,
  headers: Record<string, string>,
  signal: AbortSignal,
  limits: Limits,
): Promise<Response> {
  let at = new URL(url);
  for (let turn = 0; turn <= limits.redirects; turn++) {
    const response = await fetch(at, { headers, signal, redirect: 'manual' });
    const location = response.headers.get('location');
    if (![301, 302, 303, 307, 308].includes(response.status) || location === null) return response;
    await response.body?.cancel();
    const next = new URL(location, at);
    const loopback = ['127.0.0.1', 'localhost', '[::1]'].includes(next.hostname);
    if (next.protocol !== 'https:' && !(next.protocol === 'http:' && loopback && at.protocol === 'http:'))
      throw new AperiodicError('invalid', 'is redirected to an address that is not https');
    at = next;
  }
  throw new AperiodicError('unreachable', `is redirected more than ${limits.redirects} times`);
}

async function save(
  body: AsyncIterable<Uint8Array>,
  file: string,
  beat: () => void,
  limits: Limits,
): Promise<void> {
  const partial = partialName(file);
  let total = 0;
  try {
    const handle = await open(partial, 'wx');
    try {
      for await (const piece of body) {
        beat();
        total += piece.length;
        if (total > limits.packedBytes) throw tooLarge(limits.packedBytes);
        await handle.write(piece);
      }
      await handle.sync();
    } finally {
      await handle.close();
    }
    await rename(partial, file);
    await syncPath(path.dirname(file));
  } catch (error) {
    await rm(partial, { force: true });
    throw error;
  }
}
