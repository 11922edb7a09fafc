/**
 * The newest of a stream, place by place, in one pass over its releases that ends when all is found: what the static API has a
 * file for each of.
 */
import { compareText } from '../order.ts';
import type { AmiOffer, DownloadOffer } from '../types.generated.ts';
import { machineOf } from './architectures.ts';
import type { CatalogRelease, CatalogStream } from './catalog.ts';
import { listOffers } from './describe-stream.ts';

export interface LatestImage {
  release: CatalogRelease;
  image: AmiOffer;
}

export interface LatestDownload {
  release: CatalogRelease;
  file: DownloadOffer;
}

/** By region and processor: of the newest live release that has a public image there, as the pointers in SSM have it. */
export function latestImages({ releases, holdings }: CatalogStream): LatestImage[] {
  const found = new Map<string, LatestImage>();
  for (const release of releases) {
    if (found.size === holdings.images.length) break;
    if (release.standing === 'withdrawn') continue;
    for (const { architecture, region, ami, snapshot, state } of release.record.images ?? []) {
      if (state !== 'public') continue;
      const machine = machineOf(architecture);
      const key = `${region} ${machine}`;
      if (found.has(key)) continue;
      const image: AmiOffer = { kind: 'ami', architecture, machine, region, ami, snapshot };
      found.set(key, { release, image });
    }
  }
  return sortByKey(found);
}

/** By format and processor, as long as a mirror has it. */
export function latestDownloads({ releases, holdings }: CatalogStream): LatestDownload[] {
  const found = new Map<string, LatestDownload>();
  for (const release of releases) {
    if (found.size === holdings.files.length) break;
    if (release.mirrors.length === 0) continue;
    for (const offer of listOffers(release)) {
      if (offer.kind !== 'download') continue;
      const key = `${offer.format} ${offer.machine}`;
      if (!found.has(key)) found.set(key, { release, file: offer });
    }
  }
  return sortByKey(found);
}

function sortByKey<T>(found: ReadonlyMap<string, T>): T[] {
  return [...found].sort(([a], [b]) => compareText(a, b)).map(([, value]) => value);
}
