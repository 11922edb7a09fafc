/** The API's documents of what is newest in one place, and the plain ones beside them. */
import type { CatalogStream } from '../../model/catalog/catalog.ts';
import type { DescribeOptions } from '../../model/catalog/describe-stream.ts';
import type { LatestDownload, LatestImage } from '../../model/catalog/latest.ts';
import type { ApiDownload, ApiImage } from '../../model/types.generated.ts';
import { releaseDocumentPath } from './paths.ts';

export function describeImage({ id }: CatalogStream, { release, image }: LatestImage): ApiImage {
  const { version, publishedAt, record } = release;
  const { region, architecture, machine, ami, snapshot } = image;
  return {
    format: 'aperiodic:api:image:1',
    stream: id,
    version,
    publishedAt,
    ...(record.deprecateAt === undefined ? {} : { deprecateAt: record.deprecateAt }),
    region,
    architecture,
    machine,
    ami,
    snapshot,
    release: releaseDocumentPath(id, version),
  };
}

export function describeDownload(
  { id }: CatalogStream,
  { release, file }: LatestDownload,
  { downloads }: DescribeOptions,
): ApiDownload {
  return {
    format: 'aperiodic:api:download:1',
    stream: id,
    version: release.version,
    publishedAt: release.publishedAt,
    ...(downloads === undefined ? {} : { downloads }),
    file,
    release: releaseDocumentPath(id, release.version),
  };
}

/** Where a file is: its address, or its path on a mirror when the publisher names no address. */
export function addressOf(path: string, downloads: string | undefined): string {
  return downloads === undefined ? path : `${downloads}/${path}`;
}
