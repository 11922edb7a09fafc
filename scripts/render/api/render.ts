/**
 * The static API as files. Pure and without the clock: the same catalog gives the same bytes, and a document changes only when
 * what it says does, so that caches keep what is theirs. What one release, one stream, and all of them need is made apart, for
 * a generator that makes anew only what a change touches.
 */
import { machineOf } from '../../model/catalog/architectures.ts';
import type { Catalog, CatalogRelease, CatalogStream } from '../../model/catalog/catalog.ts';
import { type DescribeOptions, describeStream } from '../../model/catalog/describe-stream.ts';
import { updatedAt } from '../../model/catalog/holdings.ts';
import { type LatestImage, latestDownloads, latestImages } from '../../model/catalog/latest.ts';
import { compareText } from '../../model/order.ts';
import { type PublishedFile, signedPathOf } from '../../model/site/file.ts';
import type {
  ApiCatalog,
  ApiHistory,
  ApiImage,
  ApiRegion,
  ApiStreamSummary,
} from '../../model/types.generated.ts';
import { renderJsonLines } from '../json-lines.ts';
import { addressOf, describeDownload, describeImage } from './latest-documents.ts';
import { renderOpenapi, renderSchema } from './openapi.ts';
import * as paths from './paths.ts';
import { describeRelease } from './release-document.ts';

export type ApiOptions = DescribeOptions;

/** At which depth what has a line of its own is: an image, a file, a stream. */
const lineOf = { catalog: 2, stream: 4, release: 3, history: 2, region: 2, latest: 1, schema: 99 };

/** Of one release. It changes with its record, when it is superseded or withdrawn, and when mirrors drop its files. */
export function renderApiRelease(
  stream: CatalogStream,
  release: CatalogRelease,
  options: ApiOptions = {},
): PublishedFile {
  const path = paths.releaseDocumentPath(stream.id, release.version);
  return { path, content: renderJsonLines(describeRelease(stream, release, options), lineOf.release) };
}

/** Of one stream, without its releases: they change with any of them. */
export function* renderApiStream(stream: CatalogStream, options: ApiOptions = {}): Generator<PublishedFile> {
  const path = paths.streamDocumentPath(stream.id);
  const document = describeStream(stream, options);
  yield withSignature(path, renderJsonLines(document, lineOf.stream), stream.holdings.updatedAt);
  yield {
    path: paths.historyPath(stream.id),
    content: renderJsonLines(describeHistory(stream), lineOf.history),
  };
  const latest = stream.releases.find(({ version }) => version === stream.latest);
  if (latest !== undefined)
    yield {
      path: paths.latestReleasePath(stream.id),
      content: renderJsonLines(describeRelease(stream, latest, options), lineOf.release),
    };
  for (const found of latestImages(stream)) {
    const { machine, region, ami } = found.image;
    const file = paths.latestImagePath(stream.id, machine, region);
    yield { path: file, content: renderJsonLines(describeImage(stream, found), lineOf.latest) };
    yield { path: paths.plainPathOf(file), content: `${ami}\n` };
  }
  for (const found of latestDownloads(stream)) {
    const { machine, format } = found.file;
    const file = paths.latestDownloadPath(stream.id, machine, format);
    yield { path: file, content: renderJsonLines(describeDownload(stream, found, options), lineOf.latest) };
    yield { path: paths.plainPathOf(file), content: `${addressOf(found.file.path, options.downloads)}\n` };
  }
}

/** Of all streams together: they change with any release. */
export function* renderApiIndexes(catalog: Catalog, options: ApiOptions = {}): Generator<PublishedFile> {
  const latest = new Map(catalog.streams.map((stream) => [stream, latestImages(stream)]));
  const document = describeCatalog(catalog, latest, options);
  yield withSignature(
    paths.catalogPath,
    renderJsonLines(document, lineOf.catalog),
    updatedAt(catalog.streams),
  );
  const regions = new Map<string, ApiImage[]>();
  for (const [stream, list] of latest)
    for (const found of list) {
      const { region } = found.image;
      const images = regions.get(region);
      if (images === undefined) regions.set(region, [describeImage(stream, found)]);
      else images.push(describeImage(stream, found));
    }
  for (const [region, images] of [...regions].sort(([a], [b]) => compareText(a, b))) {
    const ofRegion: ApiRegion = { format: 'aperiodic:api:region:1', region, images };
    yield { path: paths.regionPath(region), content: renderJsonLines(ofRegion, lineOf.region) };
  }
}

/** What describes the others: the same for all catalogs. */
export function renderApiDescriptions(): PublishedFile[] {
  return [
    { path: paths.openapiPath, content: renderJsonLines(renderOpenapi(), lineOf.schema) },
    { path: paths.schemaPath, content: renderJsonLines(renderSchema(), lineOf.schema) },
  ];
}

function describeCatalog(
  { streams }: Catalog,
  latest: ReadonlyMap<CatalogStream, LatestImage[]>,
  { downloads }: ApiOptions,
): ApiCatalog {
  const isEmpty = streams.every(({ releases }) => releases.length === 0);
  return {
    format: 'aperiodic:api:catalog:1',
    ...(isEmpty ? {} : { updated: updatedAt(streams) }),
    ...(downloads === undefined ? {} : { downloads }),
    streams: streams.map((stream) => summarize(stream, latest.get(stream) ?? [])),
  };
}

function summarize(stream: CatalogStream, images: readonly LatestImage[]): ApiStreamSummary {
  const { id, distribution, distributionRelease, image, title, neverRun, retired, latest, releases } = stream;
  const files = latestDownloads(stream);
  const machines = [...images.map((one) => one.image.machine), ...files.map(({ file }) => file.machine)];
  return {
    id,
    distribution,
    distributionRelease,
    image,
    title,
    kind: stream.isContainer ? 'container' : 'disk',
    ...(neverRun === undefined ? {} : { neverRun }),
    ...(retired === undefined ? {} : { retired }),
    ...(latest === undefined ? {} : { latest }),
    machines: [...new Set(machines)].sort(compareText),
    regions: [...new Set(images.map((one) => one.image.region))].sort(compareText),
    releases: releases.length,
    path: paths.streamDocumentPath(id),
  };
}

/** Also of what is withdrawn or gone: who finds an id somewhere learns here what it was. */
function describeHistory({ id, releases }: CatalogStream): ApiHistory {
  return {
    format: 'aperiodic:api:history:1',
    stream: id,
    images: releases.flatMap(({ version, standing, record }) =>
      [...(record.images ?? [])]
        .sort((a, b) => compareText(a.region, b.region) || compareText(a.architecture, b.architecture))
        .map(({ region, architecture, ami, snapshot, state }) => {
          const machine = machineOf(architecture);
          return { version, standing, region, architecture, machine, ami, snapshot, state };
        }),
    ),
  };
}

function withSignature(path: string, content: string, at: string): PublishedFile {
  return { path, content, signed: { path: signedPathOf(path), text: content, at } };
}
