/** Choosing an image: what `aperiodic find`, the selection service and the site's form all ask. Pure. */
import { compareText } from '../order.ts';
import type { Architecture, Format } from '../types.generated.ts';
import { type Machine, machineOf } from './architectures.ts';
import type { Catalog, CatalogRelease, CatalogStream } from './catalog.ts';

export interface Query {
  /** `debian`, or with its release, `debian-12`. */
  distribution?: string | undefined;
  image?: string | undefined;
  machine?: Machine | undefined;
  /** AMIs of this region only. */
  region?: string | undefined;
  /** Default: the newest that is not withdrawn. */
  version?: string | undefined;
  /** The newest one that was public at that moment. */
  at?: Date | undefined;
}

/** One thing to take: a file, an AMI, a container. */
export type Offer = OfferOf & {
  stream: string;
  version: string;
  architecture: Architecture;
  recordedAt: string;
  /** It still works, and a newer one should be used. */
  deprecated: boolean;
};

type OfferOf =
  | { kind: 'ami'; region: string; ami: string; snapshot: string }
  | { kind: 'download'; name: string; format: Format; sha256: string; size: number; path: string }
  | { kind: 'container'; registry: string; repository: string; digest: string };

/** Withdrawn releases and images that are not public are never among them. By stream, newest version first. */
export function selectOffers(catalog: Catalog, query: Query, now: Date): Offer[] {
  return catalog.streams
    .filter((stream) => matchesStream(stream, query))
    .flatMap((stream) => {
      const release = chooseRelease(stream, query);
      return release === undefined ? [] : offersOf(stream, release, now);
    })
    .filter((offer) => matchesOffer(offer, query));
}

/** Undefined when nothing fits. */
export function chooseRelease(stream: CatalogStream, { version, at }: Query): CatalogRelease | undefined {
  return stream.releases.find(
    (release) =>
      release.standing !== 'withdrawn' &&
      (version === undefined || release.version === version) &&
      (at === undefined || Date.parse(release.record.recordedAt) <= at.getTime()),
  );
}

function matchesStream({ id, distribution, image }: CatalogStream, query: Query): boolean {
  const [folder] = id.split('/');
  return (
    (query.distribution === undefined ||
      query.distribution === distribution ||
      query.distribution === folder) &&
    (query.image === undefined || query.image === image)
  );
}

function matchesOffer(offer: Offer, { machine, region }: Query): boolean {
  // An index of a container is for all processors: its architecture is that of one image in it.
  if (machine !== undefined && machineOf(offer.architecture) !== machine) return false;
  return region === undefined || (offer.kind === 'ami' && offer.region === region);
}

/** AMIs by region, then files, then containers. */
export function offersOf(stream: CatalogStream, { version, record }: CatalogRelease, now: Date): Offer[] {
  const { recordedAt, deprecateAt } = record;
  const deprecated = deprecateAt !== undefined && Date.parse(deprecateAt) <= now.getTime();
  const base = { stream: stream.id, version, recordedAt, deprecated };
  const [mirror] = record.mirrors;
  const amis = [...(record.images ?? [])]
    .filter(({ state }) => state === 'public')
    .sort((a, b) => compareText(a.region, b.region) || compareText(a.architecture, b.architecture))
    .map(({ architecture, region, ami, snapshot }) => ({
      ...base,
      kind: 'ami' as const,
      architecture,
      region,
      ami,
      snapshot,
    }));
  const parts = [...record.architectures].sort((a, b) => compareText(a.architecture, b.architecture));
  const downloads = parts.flatMap(({ architecture, artifacts }) =>
    mirror === undefined
      ? []
      : [...artifacts]
          .sort((a, b) => compareText(a.name, b.name))
          .map(({ name, format, sha256, size }) => ({
            ...base,
            kind: 'download' as const,
            architecture,
            name,
            format,
            sha256,
            size,
            path: `${mirror.path}/${name}`,
          })),
  );
  const containers = (record.containers ?? []).flatMap(({ registry, repository, digest }) =>
    parts.map(({ architecture }) => ({
      ...base,
      kind: 'container' as const,
      architecture,
      registry,
      repository,
      digest,
    })),
  );
  return [...amis, ...downloads, ...containers];
}
