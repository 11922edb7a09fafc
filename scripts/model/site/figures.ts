/** Figures of releases over time, for charts. */
import type { CatalogRelease } from '../catalog/catalog.ts';
import { compareText } from '../order.ts';
import type { CheckResult, ExposureClock, PublishedRecord } from '../types.generated.ts';

export interface Point {
  version: string;
  value: number;
}

export interface Series {
  /** What the points are of, such as an architecture. */
  name: string;
  /** Oldest first. */
  points: Point[];
}

/** More would be too close to each other to be seen. */
const mostPoints = 60;

/** MiB of the file that most people take, by architecture. */
export function sizeSeries(releases: readonly CatalogRelease[]): Series[] {
  return collect(releases, ({ record }) =>
    record.architectures.flatMap(({ architecture, artifacts }) => {
      const file = artifacts.find(({ format }) => format === 'qcow2' || format === 'oci') ?? artifacts[0];
      return file === undefined ? [] : [[architecture, round(file.size / 1024 ** 2)] as const];
    }),
  );
}

/** Seconds from power on to a login, by architecture. */
export function bootSeries(releases: readonly CatalogRelease[]): Series[] {
  return collect(releases, ({ record }) =>
    record.architectures.flatMap((part) => {
      const seconds = bootSeconds(part);
      return seconds === undefined ? [] : [[part.architecture, round(seconds)] as const];
    }),
  );
}

type Recorded = PublishedRecord['architectures'][number];

/** As the replacement test measured it, else as the first guest did; undefined when nothing booted. */
export function bootSeconds({ comparison, qa }: Pick<Recorded, 'comparison' | 'qa'>): number | undefined {
  const replaced = comparison?.replacement.now?.login;
  if (replaced !== undefined && replaced > 0) return replaced;
  const seconds = qa.results.map(figureOf).find((value) => value !== undefined);
  return seconds === undefined || seconds === 0 ? undefined : seconds;
}

function figureOf({ id, figures }: CheckResult): number | undefined {
  const value = id === 'boots' ? figures?.sshSeconds : undefined;
  return typeof value === 'number' ? value : undefined;
}

/** Days from a fix in the repository to the public image: the longest of each release. */
export function fixSeries(releases: readonly CatalogRelease[], clocks: readonly ExposureClock[]): Series[] {
  const longest = new Map<string, number>();
  for (const { version, seconds } of clocks) {
    const days = (seconds.availableToPublic ?? seconds.publishedToPublic ?? -1) / 86_400;
    if (days >= 0) longest.set(version, Math.max(longest.get(version) ?? 0, days));
  }
  return collect(releases, ({ version }) => {
    const days = longest.get(version);
    return days === undefined ? [] : [['longest of a release', round(days)] as const];
  });
}

function collect(
  newestFirst: readonly CatalogRelease[],
  valuesOf: (release: CatalogRelease) => (readonly [string, number])[],
): Series[] {
  const byName = new Map<string, Point[]>();
  for (const release of newestFirst) {
    for (const [name, value] of valuesOf(release)) {
      const points = byName.get(name) ?? [];
      if (points.length < mostPoints) points.unshift({ version: release.version, value });
      byName.set(name, points);
    }
  }
  return [...byName].map(([name, points]) => ({ name, points })).sort((a, b) => compareText(a.name, b.name));
}

function round(value: number): number {
  return Math.round(value * 10) / 10;
}
