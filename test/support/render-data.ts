/** All data of a catalog at once. The product makes it in parts: of what a change touches. */
import type { Catalog } from '../../scripts/model/catalog/catalog.ts';
import { describeStream } from '../../scripts/model/catalog/describe-stream.ts';
import { type Offer, type Query, selectFrom } from '../../scripts/model/catalog/select.ts';
import type { PublishedFile } from '../../scripts/model/site/file.ts';
import {
  type ApiOptions,
  renderApiDescriptions,
  renderApiIndexes,
  renderApiRelease,
  renderApiStream,
} from '../../scripts/render/api/render.ts';
import {
  renderStreamProducts,
  renderStreamsIndex,
  type SimplestreamsOptions,
} from '../../scripts/render/simplestreams/render.ts';

export function* renderApi(catalog: Catalog, options: ApiOptions = {}): Generator<PublishedFile> {
  yield* renderApiIndexes(catalog, options);
  yield* renderApiDescriptions();
  for (const stream of catalog.streams) {
    yield* renderApiStream(stream, options);
    for (const release of stream.releases) yield renderApiRelease(stream, release, options);
  }
}

/** The index and all that it lists. */
export function renderSimplestreams(catalog: Catalog, options: SimplestreamsOptions): PublishedFile[] {
  const documents = catalog.streams.flatMap((stream) => renderStreamProducts(stream, options));
  return [renderStreamsIndex(catalog, options), ...documents];
}

export function selectOffers({ streams }: Catalog, query: Query, now: Date): Offer[] {
  const told = streams.map((stream) => describeStream(stream));
  return selectFrom(told, query, now);
}
