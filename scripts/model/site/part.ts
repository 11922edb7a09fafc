/**
 * What a site is made of. A part gives files for each release, for each stream and for all of them; what it is given is all that
 * its files may depend on, so that only files of what changed have to be made again.
 */
import type { Catalog, CatalogRelease, CatalogStream } from '../catalog/catalog.ts';
import type { Architecture, ExposureClock, Policy } from '../types.generated.ts';
import type { PublishedFile } from './file.ts';
import type { PackageChanges } from './package-changes.ts';

export interface SitePart {
  /** Lower-case letters and dashes. Names of parts differ. */
  name: string;
  /** Files of one release. Another release of the stream changes them only when it comes right before this one. */
  releaseFiles?(view: ReleaseView, site: SiteSettings): PublishedFile[];
  /** Files of one stream: made again with every change of one of its releases. */
  streamFiles?(view: StreamView, site: SiteSettings): PublishedFile[];
  /** Files of the whole: made again with every change of a release. */
  indexFiles?(view: SiteView, site: SiteSettings): PublishedFile[];
  /** Files that no release changes. */
  documentFiles?(view: DocumentsView, site: SiteSettings): PublishedFile[];
}

/** What does not change from release to release. */
export interface SiteSettings {
  title: string;
  /** Where the site is on the web; undefined when nobody said. No slash at its end. */
  address?: string | undefined;
  /** Where the top folder of the mirrors is on the web. No slash at its end. */
  downloads?: string | undefined;
  /** Where the repository is on the web, to clone and to look at. */
  source?: string | undefined;
  /** Host and prefix of container registries, by id. */
  registries: Readonly<Record<string, string>>;
  /** First part of ids in simplestreams: the publisher's domain in reverse, `org.example`. */
  idPrefix: string;
  /** Streams whose notices are published have feeds on the mirrors. */
  notices: boolean;
  /** Region of the first launch, for examples. */
  homeRegion?: string | undefined;
  /** Names of the style sheet, the script and the icon: they change with their content. */
  assets: { style: string; script: string; icon: string };
}

export interface ReleaseView {
  stream: CatalogStream;
  release: CatalogRelease;
  /** The release before it: what it was compared with, else the next older one. */
  previous: CatalogRelease | undefined;
  /** Of what is known of its packages and those of the release before. */
  changes: readonly ArchitectureChanges[];
  /** Of the security updates that it made public. */
  clocks: readonly ExposureClock[];
  /** Its AMIs count as deprecated. */
  deprecated: boolean;
}

export interface ArchitectureChanges {
  architecture: Architecture;
  packages: PackageChanges;
}

export interface StreamView {
  stream: CatalogStream;
  /** Undefined when nothing is offered. */
  current: ReleaseView | undefined;
  /** Of all its releases. */
  clocks: readonly ExposureClock[];
  /** Versions whose AMIs count as deprecated. */
  deprecated: ReadonlySet<string>;
}

export interface SiteView {
  catalog: Catalog;
  /** Of each stream that offers one, in the order of the catalog. */
  current: readonly ReleaseView[];
}

/** What no release changes. */
export interface DocumentsView {
  policy: Policy | undefined;
  /** Markdown around the policy's tables: docs/policy.md of the repository, when it is there. */
  policyProse: string | undefined;
  /** Markdown: docs/verify.md of the repository, when it is there. */
  verifyProse: string | undefined;
}
