/** Where pages and files are. Pages of releases are permanent: their paths never change. */

import type { CatalogRelease } from '../../model/catalog/catalog.ts';
import type { SiteSettings } from '../../model/site/part.ts';
import type { PublishedRecord } from '../../model/types.generated.ts';
import { webLink } from './html.ts';

export function streamPage(stream: string): string {
  return `${stream}/index.html`;
}

export function releasePage(stream: string, version: string): string {
  return `${stream}/${version}.html`;
}

/** Feeds of releases, on the site itself. */
export const allReleasesFeed = 'releases.atom';

export function releasesFeed(stream: string): string {
  return `${stream}/releases.atom`;
}

/** The record of a release, with those of its mirrors alone that still have its files. */
export function shownRecord({
  record,
  mirrors,
}: Pick<CatalogRelease, 'record' | 'mirrors'>): PublishedRecord {
  return { ...record, mirrors };
}

/** Web address of a file of a release; undefined when no mirror has it, or nobody said where mirrors are. */
export function fileAddress(
  record: PublishedRecord,
  name: string,
  { downloads }: SiteSettings,
): string | undefined {
  const [mirror] = record.mirrors;
  if (mirror === undefined || downloads === undefined) return undefined;
  return webLink(`${downloads}/${encodePath(mirror.path)}/${encodeURIComponent(name)}`);
}

/** Web address of a file of the repository, as git forges have it. */
export function sourceAddress(commit: string, path: string, { source }: SiteSettings): string | undefined {
  return source === undefined ? undefined : webLink(`${source}/blob/${commit}/${encodePath(path)}`);
}

/** The feed of notices of a stream on the mirrors. */
export function noticesFeed(stream: string, { downloads, notices }: SiteSettings): string | undefined {
  if (!notices || downloads === undefined) return undefined;
  return webLink(`${downloads}/${encodePath(stream)}/notices/feed.atom`);
}

function encodePath(path: string): string {
  return path.split('/').map(encodeURIComponent).join('/');
}
