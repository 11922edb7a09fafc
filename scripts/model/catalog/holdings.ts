/**
 * What users may have of a stream, wherever that is: enough to know what a page of many streams says of it, and what to look for in
 * its releases, newest first, without reading all of them.
 */
import { compareText } from '../order.ts';
import type { Architecture, Format } from '../types.generated.ts';
import type { CatalogRelease } from './catalog.ts';

export interface Holdings {
  /** When the newest record was written (RFC 3339); the epoch when there is none. */
  updatedAt: string;
  /** Places with a public image of a release that is not withdrawn, sorted. */
  images: { architecture: Architecture; region: string }[];
  /** What mirrors still have, sorted. */
  files: { architecture: Architecture; format: Format }[];
}

/** When the newest record of all was written (RFC 3339). */
export function updatedAt(streams: readonly { holdings: Holdings }[]): string {
  return streams.reduce((newest, { holdings }) => maxText(newest, holdings.updatedAt), epoch);
}

/** Reads every release. */
export function findHoldings(releases: readonly CatalogRelease[]): Holdings {
  let updatedAt = epoch;
  const images = new Map<string, Holdings['images'][number]>();
  const files = new Map<string, Holdings['files'][number]>();
  for (const release of releases) {
    const { record, standing } = release;
    updatedAt = maxText(updatedAt, record.recordedAt);
    if (standing === 'withdrawn') continue;
    for (const { architecture, region, state } of record.images ?? [])
      if (state === 'public') images.set(`${region} ${architecture}`, { architecture, region });
    if (release.mirrors.length === 0) continue;
    for (const { architecture, artifacts } of record.architectures)
      for (const { format } of artifacts) files.set(`${architecture} ${format}`, { architecture, format });
  }
  return { updatedAt, images: sortByKey(images), files: sortByKey(files) };
}

const epoch = '1970-01-01T00:00:00Z';

function maxText(a: string, b: string): string {
  return a > b ? a : b;
}

function sortByKey<T>(found: ReadonlyMap<string, T>): T[] {
  return [...found].sort(([a], [b]) => compareText(a, b)).map(([, value]) => value);
}
