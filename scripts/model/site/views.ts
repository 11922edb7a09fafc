/** What parts of a site are given, from a catalog. */
import type { Catalog, CatalogRelease, CatalogStream } from '../catalog/catalog.ts';
import type { ExposureClock } from '../types.generated.ts';
import type { ArchitectureChanges, ReleaseView, StreamView } from './part.ts';

/** What is known of releases besides their files. */
export interface Knowledge {
  /** Of all releases of a stream. */
  clocksOf(stream: string): readonly ExposureClock[];
  /** Since the release before; empty when the commits are not known. */
  changesOf(stream: string, version: string): readonly ArchitectureChanges[];
  /** When the site is of: a date of the repository, so that the same commit gives the same site. */
  now: Date;
}

export function viewRelease(
  stream: CatalogStream,
  release: CatalogRelease,
  knowledge: Knowledge,
): ReleaseView {
  const { version } = release;
  return {
    stream,
    release,
    previous: findPrevious(stream, version),
    // Many views are made for pages that show neither: to know them, all releases of a stream have to be read.
    get changes() {
      return knowledge.changesOf(stream.id, version);
    },
    get clocks() {
      return knowledge.clocksOf(stream.id).filter((clock) => clock.version === version);
    },
    deprecated: isDeprecated(release, knowledge.now),
  };
}

export function viewStream(stream: CatalogStream, knowledge: Knowledge): StreamView {
  return {
    stream,
    current: viewCurrent(stream, knowledge),
    clocks: stream.releases.length === 0 ? [] : knowledge.clocksOf(stream.id),
    deprecated: new Set(
      stream.releases.filter((release) => isDeprecated(release, knowledge.now)).map(({ version }) => version),
    ),
  };
}

/** Of every stream that has one. */
export function viewAllCurrent({ streams }: Catalog, knowledge: Knowledge): ReleaseView[] {
  return streams.flatMap((stream) => viewCurrent(stream, knowledge) ?? []);
}

function viewCurrent(stream: CatalogStream, knowledge: Knowledge): ReleaseView | undefined {
  const current = stream.releases.find(({ version }) => version === stream.latest);
  return current === undefined ? undefined : viewRelease(stream, current, knowledge);
}

/** The next older one: what it replaced, withdrawn by now or not. */
export function findPrevious(
  { releases }: Pick<CatalogStream, 'releases'>,
  version: string,
): CatalogRelease | undefined {
  // Newest first.
  return releases[releases.findIndex((other) => other.version === version) + 1];
}

export function isDeprecated({ record }: Pick<CatalogRelease, 'record'>, now: Date): boolean {
  return record.deprecateAt !== undefined && Date.parse(record.deprecateAt) <= now.getTime();
}
