/** Container registries, as the OCI distribution specification has them. */
import type { ContainerManifest } from '../model/container/oci.ts';

/** The images of one release, one for each architecture. */
export interface ContainerRelease {
  version: string;
  /** Of the index over all of them. */
  digest: string;
  manifests: readonly ContainerManifest[];
  /** Paths of archives of OCI image layouts, one for each manifest. */
  archives: readonly string[];
}

/** A place that holds container images by digest, and tags that name them. */
export interface Registry {
  readonly id: string;
  /** By which people pull: `host[:port]/path`. */
  nameOf(repository: string): string;
  /**
   * The digest of what a tag or a digest names, computed from what the registry gave; undefined when it has no such thing.
   * @throws AperiodicError `unreachable`, `denied`
   */
  resolve(repository: string, reference: string): Promise<string | undefined>;
  /**
   * Brings images and their index by digest: no tag leads to them yet. Safe to repeat, blobs that are there are not sent.
   * @param folder empty, for work in progress
   * @throws AperiodicError `unreachable`, `denied`, `digest-mismatch` when an archive is not what the release names
   */
  push(repository: string, release: ContainerRelease, folder: string): Promise<void>;
  /** Lets a tag name an image that is there, and reads it back. @throws AperiodicError as `push`, `not-found` */
  tag(repository: string, tag: string, digest: string): Promise<void>;
}
