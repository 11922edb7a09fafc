/** Brings a feed and says what became of it. */
import path from 'node:path';
import { Flaws } from '../../model/advisories/flaws.ts';
import { AperiodicError, toAperiodicError } from '../../model/errors.ts';
import type { AdvisoryFeed, FeedAddress } from '../../model/types.generated.ts';
import type { FeedReport } from '../../ports/advisories.ts';
import type { Clock } from '../../ports.ts';
import { downloadFeed } from './download.ts';
import { type Limits, limits as usual } from './limits.ts';

export interface TellOptions {
  /** Of configuration, by feed; paths are absolute. */
  addresses: Readonly<Record<string, FeedAddress>>;
  /** Folder where downloads are kept. */
  cache: string;
  clock: Clock;
  limits?: Limits;
}

/** What a feed said, or why it said nothing. */
export interface Told<T> {
  report: FeedReport;
  value: T | undefined;
}

/** Brings a configured feed and reads it. */
export async function tell<T>(
  { id }: AdvisoryFeed,
  { addresses, cache, clock, limits = usual }: TellOptions,
  work: (place: string) => Promise<{ value: T; entries: number; flaws: Flaws }>,
): Promise<Told<T>> {
  const address = Object.hasOwn(addresses, id) ? addresses[id] : undefined;
  if (address === undefined) {
    const variable = `APERIODIC_FEED_${id.toUpperCase().replaceAll('-', '_')}`;
    const why = `has no address, so nothing of it is known: set ${variable} or 'feeds' in .aperiodic/config.yaml`;
    return { report: { feed: id, state: 'not-configured', entries: 0, warnings: [why] }, value: undefined };
  }
  let stale: string | undefined;
  let entries = 0;
  const told = await attempt(id, async (flaws) => {
    let place: string;
    if ('path' in address) place = address.path;
    else {
      const downloaded = await downloadFeed(address.url, path.join(cache, 'feeds', id), clock.now(), limits);
      stale = downloaded.stale;
      if (stale !== undefined) flaws.add(stale);
      place = downloaded.file;
    }
    const done = await work(place);
    entries = done.entries;
    for (const flaw of done.flaws.list) flaws.add(flaw);
    return done.value;
  });
  const state = told.report.state === 'read' && stale !== undefined ? 'stale' : told.report.state;
  return { report: { ...told.report, state, entries }, value: told.value };
}

/** What goes wrong with one feed is said, and ends no run; faults of our own and of this machine are thrown. */
export async function attempt<T>(feed: string, work: (flaws: Flaws) => Promise<T>): Promise<Told<T>> {
  const flaws = new Flaws();
  try {
    const value = await work(flaws);
    return { report: { feed, state: 'read', entries: 0, warnings: flaws.list }, value };
  } catch (cause) {
    const error = readable(cause);
    if (['internal', 'disk-full', 'missing-tool'].includes(error.code)) throw error;
    const warnings = [...flaws.list, `${error.message}: nothing of it is known`];
    return { report: { feed, state: 'failed', entries: 0, warnings }, value: undefined };
  }
}

/** A file that is not there or may not be read is a feed that fails. */
function readable(error: unknown): AperiodicError {
  const code = error instanceof Error && 'code' in error ? String(error.code) : '';
  if (['ENOENT', 'ENOTDIR', 'EACCES', 'EISDIR'].includes(code))
    return new AperiodicError('not-found', `cannot be read (${code})`, { cause: error });
  return toAperiodicError(error);
}
