/**
 * simplestreams as files: an index (index:1.0), and for each stream a document of downloads and one of AMIs. What a stream
 * has depends on its own releases alone, so that one new release changes its documents and the index.
 */
import type { Catalog, CatalogStream } from '../../model/catalog/catalog.ts';
import { updatedAt } from '../../model/catalog/holdings.ts';
import { type PublishedFile, signedPathOf } from '../../model/site/file.ts';
import { renderJsonLines } from '../json-lines.ts';
import {
  architecturesOf,
  contentIdOf,
  type Datatype,
  dateOf,
  describeNoProducts,
  describeProducts,
  endpointOf,
  type ProductsDocument,
  productIdOf,
  regionsOf,
} from './products.ts';

/** Where the documents lie, below the root that paths in them are relative to. */
export const streamsFolder = 'streams/v1';

export interface SimplestreamsOptions {
  /** First part of ids: the publisher's domain in reverse, `org.example`. */
  prefix: string;
}

const kinds: readonly Datatype[] = ['image-downloads', 'image-ids'];

/** The documents of one stream; none when nothing of it can be had. */
export function renderStreamProducts(
  stream: CatalogStream,
  { prefix }: SimplestreamsOptions,
): PublishedFile[] {
  return kinds.flatMap((datatype) => {
    const document = describeProducts(stream, datatype, prefix);
    return document === undefined ? [] : [toFile(document, stream)];
  });
}

/** What the documents of a stream say when nothing of the kind can be had any more: for where they were told before. */
export function renderGoneProducts(stream: CatalogStream, { prefix }: SimplestreamsOptions): PublishedFile[] {
  return kinds
    .filter((datatype) => hadItems(stream, datatype) && architecturesOf(stream, datatype).length === 0)
    .map((datatype) => toFile(describeNoProducts(stream, datatype, prefix), stream));
}

/** Whether there ever was something of the kind. */
function hadItems({ releases }: CatalogStream, datatype: Datatype): boolean {
  if (datatype === 'image-downloads') return releases.length > 0;
  return releases.some(({ record }) => (record.images ?? []).length > 0);
}

function toFile(document: ProductsDocument, stream: CatalogStream): PublishedFile {
  const path = pathOf(document.content_id);
  const content = toText(document);
  return {
    path,
    content,
    signed: { path: signedPathOf(path), text: content, at: stream.holdings.updatedAt },
  };
}

/** Reads no more of a stream than which products it has. */
export function renderStreamsIndex({ streams }: Catalog, { prefix }: SimplestreamsOptions): PublishedFile {
  const path = `${streamsFolder}/index.json`;
  const at = updatedAt(streams);
  const textOf = (lead: (path: string) => string) => {
    const entries = streams.flatMap((stream) =>
      kinds.flatMap((kind) => describeEntry(stream, kind, prefix, lead)),
    );
    const index = Object.fromEntries(entries.map(({ id, entry }) => [id, entry]));
    return toText({ format: 'index:1.0', updated: dateOf(at), index });
  };
  return {
    path,
    content: textOf((plain) => plain),
    signed: { path: signedPathOf(path), text: textOf(signedPathOf), at },
  };
}

function describeEntry(
  stream: CatalogStream,
  datatype: Datatype,
  prefix: string,
  lead: (path: string) => string,
): { id: string; entry: object }[] {
  const architectures = architecturesOf(stream, datatype);
  if (architectures.length === 0) return [];
  const id = contentIdOf(prefix, datatype, stream);
  const clouds = regionsOf(stream).map((region) => ({ region, endpoint: endpointOf(region) }));
  const entry = {
    datatype,
    format: 'products:1.0',
    path: lead(pathOf(id)),
    updated: dateOf(stream.holdings.updatedAt),
    ...(datatype === 'image-ids' ? { cloudname: 'aws', clouds } : {}),
    products: architectures.map((architecture) => productIdOf(prefix, stream, architecture)),
  };
  return [{ id, entry }];
}

function pathOf(contentId: string): string {
  return `${streamsFolder}/${contentId}.json`;
}

/** A line for each item of a version. */
function toText(document: object): string {
  return renderJsonLines(document, 6);
}
