/** Which files of a site have to be made again: units of files, each with a key that is a digest of all they depend on. */
import { createHash } from 'node:crypto';
import type { Architecture, SiteUnit } from '../types.generated.ts';
import type { LoadedRelease, LoadedStream } from './load-site.ts';

export type UnitOf =
  | { kind: 'release'; stream: string; version: string }
  | { kind: 'stream'; stream: string }
  | { kind: 'index' }
  | { kind: 'documents' }
  | { kind: 'assets' };

export type Unit = UnitOf & { id: string; key: string };

/** What is the same for all streams. */
export interface PlanInputs {
  /** Digest of code, settings and parts. */
  common: string;
  /** How many releases each mirror keeps, by its id. */
  keep: ReadonlyMap<string, number>;
  /** Fingerprints of the keys that sign: other keys make other siblings. */
  signedBy: readonly string[];
  /** When files of a release came to the branch, as far as that is known. */
  datesOf(stream: string, version: string): { merged?: string | undefined; public?: string | undefined };
  now: Date;
}

/** Units that are not what was made before. */
export function findStale(units: readonly Unit[], before: Readonly<Record<string, SiteUnit>>): Unit[] {
  return units.filter(({ id, key }) => !Object.hasOwn(before, id) || before[id]?.key !== key);
}

export function streamUnitId(stream: string): string {
  return `stream ${stream}`;
}

/** What is made of all streams, and of none. @param streams keys of their units */
export function planIndex(
  streams: readonly string[],
  documents: readonly (string | undefined)[],
  { common, signedBy }: Pick<PlanInputs, 'common' | 'signedBy'>,
): Unit[] {
  return [
    { kind: 'index', id: 'index', key: digestOf([common, 'index', streams, signedBy]) },
    { kind: 'documents', id: 'documents', key: digestOf([common, 'documents', documents]) },
    { kind: 'assets', id: 'assets', key: digestOf([common, 'assets']) },
  ];
}

/** In the order in which they are made: the stream after its releases. */
export function planStream(stream: LoadedStream, inputs: PlanInputs): Unit[] {
  const { id, releases } = stream;
  const { common, datesOf, now, keep, signedBy } = inputs;
  const kept = releases.filter(isOut).reverse();
  const latest = releases.findLast(isOut)?.version;
  const recorded = releases.filter(({ recordedAt }) => recordedAt !== undefined);
  const units: Unit[] = recorded.map((release, index) => {
    const key = digestOf([
      common,
      stream.digest,
      release.digest,
      recorded[index - 1]?.digest,
      releasesBrought(releases, release),
      clockOf(releases, release, now),
      datesOf(id, release.version),
      isDue(release, now),
      release.version === latest,
      // A mirror that nobody names any more keeps what it has.
      [...keep].map(([mirror, count]) => [mirror, isKept(kept.indexOf(release), count)]),
    ]);
    return {
      kind: 'release',
      id: `release ${id} ${release.version}`,
      stream: id,
      version: release.version,
      key,
    };
  });
  const keys = units.map(({ key }) => key);
  const waiting = releases
    .filter(({ recordedAt }) => recordedAt === undefined)
    .map((release) => [release.digest, clockOf(releases, release, now), datesOf(id, release.version)]);
  return [
    ...units,
    {
      kind: 'stream',
      id: streamUnitId(id),
      stream: id,
      key: digestOf([common, id, stream.digest, keys, waiting, signedBy]),
    },
  ];
}

function isOut({ recordedAt, withdrawn }: LoadedRelease): boolean {
  return recordedAt !== undefined && !withdrawn;
}

/** Digests of the releases that never came out, or were withdrawn, before this one: their fixes count as this one's. */
function releasesBrought(releases: readonly LoadedRelease[], release: LoadedRelease): string[] {
  const at = releases.indexOf(release);
  const before = releases.slice(0, at).findLastIndex(isOut);
  return releases.slice(before + 1, at).map(({ digest }) => digest);
}

/**
 * Where the clocks of a release's fixes are, besides in its files: with the release that is out and has them; until there is one, they
 * say whether they are overdue.
 */
function clockOf(releases: readonly LoadedRelease[], release: LoadedRelease, now: Date): string | number {
  const carrier = releases.slice(releases.indexOf(release)).find(isOut)?.version;
  return carrier ?? (release.dues ?? []).filter((due) => Date.parse(due) < now.getTime()).length;
}

/** @param place among those that are out, the newest first; -1 for one that is not */
function isKept(place: number, count: number): boolean {
  return place >= 0 && place < Math.max(1, count);
}

function isDue({ deprecateAt }: LoadedRelease, now: Date): boolean {
  return deprecateAt !== undefined && Date.parse(deprecateAt) <= now.getTime();
}

export function digestOf(value: unknown): string {
  return createHash('sha256').update(JSON.stringify(value)).digest('hex');
}

/** Commits and architectures of a release and the one before it, to find their pins. */
export function changesWanted(stream: LoadedStream, version: string) {
  const recorded = stream.releases.filter(({ recordedAt }) => recordedAt !== undefined);
  const at = recorded.findIndex((release) => release.version === version);
  const record = recorded[at]?.state.record;
  if (record === undefined) return undefined;
  const architectures: Architecture[] = record.architectures.map(({ architecture }) => architecture);
  const previous = recorded[at - 1]?.state.record?.commit;
  return { stream: stream.id, version, architectures, commit: record.commit, previous };
}
