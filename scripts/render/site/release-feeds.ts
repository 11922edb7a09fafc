/** Releases as Atom feeds (RFC 4287), of a stream and of all. Everything in them is text, never HTML. */
import type { CatalogRelease, CatalogStream } from '../../model/catalog/catalog.ts';
import type { PublishedFile } from '../../model/site/file.ts';
import type { SiteSettings } from '../../model/site/part.ts';
import { compareVersions } from '../../model/version.ts';
import { nameUuid } from '../documents/name-uuid.ts';
import { element, renderXml, type XmlElement } from '../notices/xml.ts';
import { relativePath } from './html.ts';
import { publicImages } from './launch.ts';
import { allReleasesFeed, releasePage, releasesFeed } from './paths.ts';
import { distributionName, formatBytes, imageName, plural } from './words.ts';

/** Readers ask often, and have seen what is older. */
const mostEntries = 40;

interface Listed {
  stream: CatalogStream;
  release: CatalogRelease;
}

export function renderStreamFeed(stream: CatalogStream, site: SiteSettings): PublishedFile {
  const path = releasesFeed(stream.id);
  const listed = stream.releases.slice(0, mostEntries).map((release) => ({ stream, release }));
  return renderFeed(path, `Releases of ${nameOf(stream)}`, `releases of ${stream.id}`, listed, site);
}

/** Only the newest are looked at: there may be thousands of others, which nobody has read yet. */
export function renderAllFeed(streams: readonly CatalogStream[], site: SiteSettings): PublishedFile {
  const listed = streams
    .flatMap((stream) => stream.releases.slice(0, mostEntries).map((release) => ({ stream, release })))
    .sort((a, b) => compareVersions(b.release.version, a.release.version))
    .slice(0, mostEntries);
  return renderFeed(allReleasesFeed, `Releases of ${site.title}`, 'releases of all streams', listed, site);
}

function renderFeed(
  path: string,
  title: string,
  id: string,
  listed: readonly Listed[],
  site: SiteSettings,
): PublishedFile {
  const updated = listed.map(({ release }) => updatedAt(release)).reduce(later, '1970-01-01T00:00:00Z');
  const self = site.address === undefined ? [] : [linkToSelf(`${site.address}/${path}`)];
  const content = renderXml(
    element('feed', { xmlns: 'http://www.w3.org/2005/Atom' }, [
      element('id', {}, `urn:uuid:${nameUuid(`${id} ${site.address ?? ''}`)}`),
      element('title', {}, title),
      element('updated', {}, updated),
      element('author', {}, [element('name', {}, site.title)]),
      ...self,
      ...listed.map((one) => renderEntry(one, path, site)),
    ]),
  );
  return { path, content };
}

function linkToSelf(href: string): XmlElement {
  return element('link', { rel: 'self', type: 'application/atom+xml', href });
}

function renderEntry({ stream, release }: Listed, feed: string, { address }: SiteSettings): XmlElement {
  const { version, record } = release;
  const { withdrawn, reason } = release.release;
  const page = releasePage(stream.id, version);
  const href = address === undefined ? relativePath(feed, page) : `${address}/${page}`;
  const words = withdrawn === undefined ? reason : `withdrawn, ${withdrawn.reason}`;
  return element('entry', {}, [
    element('id', {}, `urn:uuid:${nameUuid(`release ${stream.id} ${version} ${record.content}`)}`),
    element('title', { type: 'text' }, `${nameOf(stream)} ${version}: ${words}`),
    element('published', {}, release.publishedAt),
    element('updated', {}, updatedAt(release)),
    element('category', { term: withdrawn === undefined ? 'released' : 'withdrawn' }),
    element('link', { rel: 'alternate', type: 'text/html', href }),
    element(
      'content',
      { type: 'text' },
      withdrawn === undefined ? describe(release) : `Do not use it: ${words}.`,
    ),
  ]);
}

function describe({ release, record }: CatalogRelease): string {
  const fixes = (release.fixes ?? []).map(
    ({ advisory, title, cves }) =>
      `Fixes ${advisory}: ${title}${cves.length > 0 ? ` (${cves.join(', ')})` : ''}`,
  );
  const files = record.architectures.flatMap(({ artifacts }) =>
    artifacts.map(({ name, size, sha256 }) => `${name}, ${formatBytes(size)}, SHA-256 ${sha256}`),
  );
  const regions = new Set(publicImages(record).map(({ region }) => region)).size;
  const amis = regions === 0 ? [] : [`AMIs in ${plural(regions, 'region')}.`];
  return [release.reason, ...fixes, ...files, ...amis].join('\n');
}

function updatedAt({ publishedAt, release: { withdrawn } }: CatalogRelease): string {
  return later(publishedAt, withdrawn?.at ?? publishedAt);
}

function later(a: string, b: string): string {
  return Date.parse(a) > Date.parse(b) ? a : b;
}

function nameOf({ distribution, distributionRelease, image }: CatalogStream): string {
  return `${distributionName(distribution, distributionRelease)} ${imageName(image)}`;
}
