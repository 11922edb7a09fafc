/** One feed's file, folder or zip → what it says. */
import { pipeline } from 'node:stream/promises';
import streamObject from 'stream-json/streamers/stream-object.js';
import { createEpssReader } from '../../model/advisories/epss.ts';
import { Flaws } from '../../model/advisories/flaws.ts';
import { type KevRead, readKev } from '../../model/advisories/kev.ts';
import { type OsvOptions, readOsv } from '../../model/advisories/osv.ts';
import type { Read, ReadOptions } from '../../model/advisories/reading.ts';
import { createTrackerReader, type TrackerOptions } from '../../model/advisories/tracker.ts';
import { createUpdateinfoReader } from '../../model/advisories/updateinfo.ts';
import { AperiodicError } from '../../model/errors.ts';
import { readEntries } from './entries.ts';
import type { Limits } from './limits.ts';
import { readLines, readText, readUnpacked } from './unpack.ts';

export async function readOsvFeed(place: string, options: OsvOptions, limits: Limits): Promise<Read> {
  const read: Read = { advisories: [], flaws: new Flaws() };
  for await (const entry of readEntries(place, limits, read.flaws)) {
    const advisory = readOsv(entry, options, read.flaws);
    if (advisory !== undefined) read.advisories.push(advisory);
  }
  return read;
}

/** Read package by package: the file is larger than a value in memory should be. */
export async function readTrackerFeed(file: string, options: TrackerOptions, limits: Limits): Promise<Read> {
  const reader = createTrackerReader(options);
  const members = streamObject.withParserAsStream();
  const take = async (items: AsyncIterable<unknown>) => {
    for await (const item of items) {
      const { key, value }: { key?: unknown; value?: unknown } = Object(item);
      if (typeof key === 'string') reader.add(key, value);
    }
  };
  try {
    await pipeline(readUnpacked(file, limits), members, take);
  } catch (cause) {
    if (cause instanceof AperiodicError) throw cause;
    throw new AperiodicError('invalid', 'is no JSON object', { cause });
  }
  return reader.end();
}

export async function readUpdateinfoFeed(file: string, options: ReadOptions, limits: Limits): Promise<Read> {
  const reader = createUpdateinfoReader(options);
  const decoder = new TextDecoder();
  for await (const piece of readUnpacked(file, limits)) reader.write(decoder.decode(piece, { stream: true }));
  reader.write(decoder.decode());
  return reader.end();
}

export async function readKevFeed(file: string, now: Date, limits: Limits): Promise<KevRead> {
  const text = await readText(file, limits.documentBytes, limits);
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (cause) {
    throw new AperiodicError('invalid', 'is not JSON', { cause });
  }
  return readKev(value, now);
}

/** @param wanted whether a CVE is of interest */
export async function readEpssFeed(file: string, wanted: (cve: string) => boolean, limits: Limits) {
  const reader = createEpssReader(wanted);
  for await (const line of readLines(file, limits)) reader.add(line);
  return reader.end();
}
