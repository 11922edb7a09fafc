/** Choosing an image: what `aperiodic find`, the selection service and the site's form all ask. Pure. */
import type { ApiOffer, ApiStream, ApiStreamRelease } from '../types.generated.ts';
import type { Machine } from './architectures.ts';
import type { CatalogStream } from './catalog.ts';

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
export type Offer = ApiOffer & {
  stream: string;
  version: string;
  publishedAt: string;
  recordedAt: string;
  /** It still works, and a newer one should be used. */
  deprecated: boolean;
};

/**
 * From streams as the API tells them. Withdrawn releases and images that are not public are never among them. By stream, newest
 * version first.
 */
export function selectFrom(streams: readonly ApiStream[], query: Query, now: Date): Offer[] {
  return streams
    .filter((stream) => matchesStream(stream, query))
    .flatMap((stream) => selectOf(stream, query, now));
}

/**
 * The newest release that fits and offers something that fits. A region of best effort may have missed the newest: there the
 * one before it is, by processor, as the pointers in SSM have it.
 */
function selectOf(stream: ApiStream, query: Query, now: Date): Offer[] {
  const fitting = stream.releases.filter((release) => matchesRelease(release, query));
  const newest = (wanted: Query) => {
    for (const release of fitting) {
      const offers = offersIn(stream, release, now).filter((offer) => matchesOffer(offer, wanted));
      if (offers.length > 0) return offers;
    }
    return [];
  };
  if (query.region === undefined || query.machine !== undefined) return newest(query);
  const machines: Machine[] = ['x86_64', 'aarch64'];
  return machines.flatMap((machine) => newest({ ...query, machine }));
}

export function matchesStream(
  { id, distribution, image }: Pick<CatalogStream, 'id' | 'distribution' | 'image'>,
  query: Query,
): boolean {
  const [folder] = id.split('/');
  return (
    (query.distribution === undefined ||
      query.distribution === distribution ||
      query.distribution === folder) &&
    (query.image === undefined || query.image === image)
  );
}

function matchesRelease(
  { standing, version, publishedAt }: Pick<ApiStreamRelease, 'standing' | 'version' | 'publishedAt'>,
  query: Query,
): boolean {
  return (
    standing !== 'withdrawn' &&
    (query.version === undefined || version === query.version) &&
    (query.at === undefined || Date.parse(publishedAt) <= query.at.getTime())
  );
}

function matchesOffer(offer: Offer, { machine, region, version, at }: Query): boolean {
  // Whoever does not say which one gets nothing that is on its way out.
  if (offer.deprecated && version === undefined && at === undefined) return false;
  // An index of a container is for all processors: its architecture is that of one image in it.
  if (machine !== undefined && offer.machine !== machine) return false;
  return region === undefined || (offer.kind === 'ami' && offer.region === region);
}

/** AMIs by region, then files, then containers. */
function offersIn({ id }: { id: string }, release: ApiStreamRelease, now: Date): Offer[] {
  const { version, publishedAt, recordedAt, deprecateAt, offers } = release;
  const isPast = deprecateAt !== undefined && Date.parse(deprecateAt) <= now.getTime();
  const base = { stream: id, version, publishedAt, recordedAt };
  // The date is one of AMIs: a file that was downloaded stays what it is.
  return offers.map((offer) => ({ ...base, ...offer, deprecated: isPast && offer.kind === 'ami' }));
}
