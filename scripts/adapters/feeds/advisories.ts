/** The Advisories port: all feeds of releases/advisories.yaml, and the updateinfo of the streams' own repositories. */
import { Flaws } from '../../model/advisories/flaws.ts';
import { distributionOf, type PinnedStream, wantedOf } from '../../model/advisories/installed.ts';
import type { Enrichment } from '../../model/advisories/match.ts';
import { mergeAdvisories, uniteFixes } from '../../model/advisories/merge.ts';
import type { Read, ReadOptions } from '../../model/advisories/reading.ts';
import type { Advisory, AdvisoryFeed, KnownExploited } from '../../model/types.generated.ts';
import type { Advisories, FeedReport, LoadedAdvisories } from '../../ports/advisories.ts';
import type { Task } from '../../ports.ts';
import type { FindUpdateinfo } from '../rpm/updateinfo.ts';
import { type Limits, limits as usual } from './limits.ts';
import { readEpssFeed, readKevFeed, readOsvFeed, readTrackerFeed, readUpdateinfoFeed } from './read-feed.ts';
import { listUpdateinfo } from './repositories.ts';
import { attempt, type TellOptions, type Told, tell } from './tell.ts';

export interface AdvisoriesOptions extends TellOptions {
  /** Of releases/advisories.yaml. */
  feeds: readonly AdvisoryFeed[];
  findUpdateinfo: FindUpdateinfo;
}

export function createAdvisories(options: AdvisoriesOptions): Advisories {
  return {
    async load(distribution, streams, task): Promise<LoadedAdvisories> {
      const ours = streams.filter(({ id }) => distributionOf(id) === distribution);
      const read: ReadOptions = { feed: '', now: options.clock.now(), wanted: wantedOf(ours) };
      const told = [
        ...(await loadFeeds(distribution, read, options, task)),
        ...(await loadRepositories(ours, read, options, task)),
      ];
      const flaws = new Flaws();
      const all = told.flatMap(({ value }) => value ?? []);
      const advisories = mergeAdvisories(all, flaws);
      const known = await loadEnrichment(advisories, read.now, options, task);
      const feeds = [...told.map(({ report }) => report), ...known.reports];
      const warnings = feeds.flatMap(({ feed, warnings: own }) => own.map((text) => `${feed}: ${text}`));
      const { exploited, epss } = known;
      return { distribution, advisories, exploited, epss, feeds, warnings: [...warnings, ...flaws.list] };
    },
  };
}

async function loadFeeds(
  distribution: string,
  read: ReadOptions,
  options: AdvisoriesOptions,
  task: Task,
): Promise<Told<Advisory[]>[]> {
  const told: Told<Advisory[]>[] = [];
  for (const feed of options.feeds) {
    const reader = readerOf(feed, distribution, read, options.limits ?? usual);
    if (reader === undefined) continue;
    task.note(feed.id);
    told.push(await tell(feed, options, async (place) => listOf(await reader(place))));
  }
  return told;
}

/** The updateinfo of the streams' own repositories. */
async function loadRepositories(
  streams: readonly PinnedStream[],
  read: ReadOptions,
  { findUpdateinfo, limits = usual }: AdvisoriesOptions,
  task: Task,
): Promise<Told<Advisory[]>[]> {
  const all: Told<Advisory[]>[] = [];
  for (const { repository, requests } of listUpdateinfo(streams)) {
    task.note(repository);
    const told = await attempt(repository, async (flaws) => {
      const parts: Advisory[] = [];
      for (const request of requests) {
        const file = await findUpdateinfo(request, task);
        if (file === undefined) continue;
        const part = await readUpdateinfoFeed(file, { ...read, feed: repository }, limits);
        parts.push(...part.advisories);
        for (const flaw of part.flaws.list) flaws.add(flaw);
      }
      return uniteFixes(parts);
    });
    all.push({ ...told, report: { ...told.report, entries: told.value?.length ?? 0 } });
  }
  return all;
}

/** What is known of CVEs; scores only of those that the advisories name. */
async function loadEnrichment(
  advisories: readonly Advisory[],
  now: Date,
  options: AdvisoriesOptions,
  task: Task,
): Promise<Enrichment & { reports: FeedReport[] }> {
  const { limits = usual } = options;
  const cves = new Set(advisories.flatMap((advisory) => advisory.cves));
  const exploited = new Map<string, KnownExploited>();
  const epss = new Map<string, number>();
  const reports: FeedReport[] = [];
  for (const feed of options.feeds) {
    if (feed.kind !== 'kev' && feed.kind !== 'epss') continue;
    task.note(feed.id);
    const { report } = await tell(feed, options, async (place) => {
      if (feed.kind === 'kev') {
        const kev = await readKevFeed(place, now, limits);
        for (const [cve, entry] of kev.exploited) exploited.set(cve, exploited.get(cve) ?? entry);
        return { value: undefined, entries: kev.exploited.size, flaws: kev.flaws };
      }
      const scores = await readEpssFeed(place, (cve) => cves.has(cve), limits);
      for (const [cve, score] of scores.epss) epss.set(cve, Math.max(score, epss.get(cve) ?? 0));
      return { value: undefined, entries: scores.epss.size, flaws: scores.flaws };
    });
    reports.push(report);
  }
  return { exploited, epss, reports };
}

function listOf({ advisories, flaws }: Read) {
  return { value: advisories, entries: advisories.length, flaws };
}

/** Undefined for a feed that does not serve the distribution, or has no advisories. */
function readerOf(
  feed: AdvisoryFeed,
  distribution: string,
  read: ReadOptions,
  limits: Limits,
): ((place: string) => Promise<Read>) | undefined {
  const base = { ...read, feed: feed.id };
  if (feed.kind === 'osv') {
    const served = feed.serves.find((one) => one.distribution === distribution);
    if (served === undefined) return undefined;
    const of = served.names ?? (served.ecosystem.startsWith('AlmaLinux') ? 'binary' : 'source');
    return (place) => readOsvFeed(place, { ...base, ecosystem: served.ecosystem, of }, limits);
  }
  if (feed.kind === 'debian-tracker') {
    const served = feed.serves.find((one) => one.distribution === distribution);
    if (served === undefined) return undefined;
    return (place) => readTrackerFeed(place, { ...base, codename: served.codename }, limits);
  }
  if (feed.kind === 'updateinfo' && feed.serves.some((one) => one.distribution === distribution))
    return (place) => readUpdateinfoFeed(place, base, limits);
  return undefined;
}
