/** Advisories × pins → findings. */
import type { Advisory, AffectedPackage, Finding, KnownExploited } from '../types.generated.ts';
import { versionOrder } from '../versions/compare.ts';
import { assessVersion, isOfArchitecture } from './assess.ts';
import {
  affectedPackage,
  distributionOf,
  type Installed,
  indexInstalled,
  nameKey,
  type PinnedStream,
} from './installed.ts';

/** What is known of CVEs, whoever is affected. */
export interface Enrichment {
  /** By CVE. */
  exploited: ReadonlyMap<string, KnownExploited>;
  /** By CVE. */
  epss: ReadonlyMap<string, number>;
}

/** All that is known of a distribution's security updates. */
export interface KnownAdvisories extends Enrichment {
  distribution: string;
  advisories: readonly Advisory[];
}

/**
 * What is installed and affected, in streams of the distribution alone, by stream and then in the order of the advisories. A
 * package is affected when one line of the advisory says so. Withdrawn advisories affect nothing.
 */
export function matchAdvisories(known: KnownAdvisories, streams: readonly PinnedStream[]): Finding[] {
  const ours = streams.filter(({ id }) => distributionOf(id) === known.distribution);
  const byStream = new Map<string, Finding[]>(ours.map(({ id }) => [id, []]));
  for (const kind of ['deb', 'rpm'] as const) {
    const installed = indexInstalled(ours.filter(({ payload }) => payload === kind));
    if (installed.size === 0) continue;
    for (const advisory of known.advisories) {
      for (const [stream, packages] of findAffected(advisory, installed, kind))
        byStream.get(stream)?.push(describe(stream, advisory, packages, known));
    }
  }
  return [...byStream.values()].flat();
}

/** Packages by stream. */
function findAffected(
  advisory: Advisory,
  installed: Installed,
  kind: 'deb' | 'rpm',
): Map<string, AffectedPackage[]> {
  const found = new Map<string, Map<string, AffectedPackage>>();
  if (advisory.withdrawn !== undefined) return new Map();
  const compare = versionOrder(kind);
  for (const fix of advisory.fixes) {
    for (const { version, occurrences } of installed.get(nameKey(fix.of, fix.package)) ?? []) {
      if (assessVersion(version, fix, compare) !== 'affected') continue;
      for (const occurrence of occurrences) {
        if (!isOfArchitecture(fix, occurrence.pin.architecture)) continue;
        const packages = found.get(occurrence.stream) ?? new Map<string, AffectedPackage>();
        found.set(occurrence.stream, packages);
        const key = `${occurrence.pin.name} ${occurrence.architecture} ${occurrence.pin.version}`;
        const before = packages.get(key);
        // Of several lines the one that has a fix says more.
        if (before?.fixed === undefined) packages.set(key, affectedPackage(occurrence, fix.fixed));
      }
    }
  }
  return new Map(
    [...found].map(([stream, packages]) => [stream, [...packages.values()].sort(comparePackages)]),
  );
}

function comparePackages(a: AffectedPackage, b: AffectedPackage): number {
  const [left, right] = [`${a.name} ${a.architecture}`, `${b.name} ${b.architecture}`];
  return left < right ? -1 : left > right ? 1 : 0;
}

function describe(
  stream: string,
  advisory: Advisory,
  packages: AffectedPackage[],
  enrichment: Enrichment,
): Finding {
  const exploited = findExploited(advisory.cves, enrichment.exploited);
  const scores = advisory.cves.flatMap((cve) => enrichment.epss.get(cve) ?? []);
  return {
    stream,
    advisory,
    packages,
    ...(exploited === undefined ? {} : { exploited }),
    ...(scores.length === 0 ? {} : { epss: Math.max(...scores) }),
  };
}

/** Of several the one that was added first. */
function findExploited(
  cves: readonly string[],
  exploited: ReadonlyMap<string, KnownExploited>,
): KnownExploited | undefined {
  return cves
    .flatMap((cve) => exploited.get(cve) ?? [])
    .sort((a, b) => (a.added < b.added ? -1 : a.added > b.added ? 1 : 0))[0];
}
