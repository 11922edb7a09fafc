/**
 * The JSON of a container image, by the OCI image format specification 1.0 (config.md, manifest.md, image-index.md,
 * image-layout.md; https://github.com/opencontainers/image-spec). Pure: the same input gives the same bytes, which
 * matters because images are named by their digests.
 */
import { createHash } from 'node:crypto';
import { AperiodicError } from '../errors.ts';
import { compareText } from '../order.ts';
import type { Architecture } from '../types.generated.ts';
import { dateOfVersion } from '../version.ts';

export const mediaTypes = {
  index: 'application/vnd.oci.image.index.v1+json',
  manifest: 'application/vnd.oci.image.manifest.v1+json',
  config: 'application/vnd.oci.image.config.v1+json',
  layer: 'application/vnd.oci.image.layer.v1.tar+gzip',
} as const;

/** Names a blob by its bytes. */
export interface Descriptor {
  mediaType: string;
  /** `sha256:` and hexadecimal digits. */
  digest: string;
  /** Bytes. */
  size: number;
}

export interface Platform {
  architecture: string;
  os: 'linux';
  variant?: string;
}

/** What an image says of itself. */
export interface ContainerIdentity {
  stream: string;
  /** First part of file names: Debian-Container-Base-12. */
  name: string;
  version: string;
  architecture: Architecture;
  /** LANG of its processes. */
  lang: string;
}

const platforms: Record<Architecture, Platform> = {
  amd64: { architecture: 'amd64', os: 'linux' },
  x86_64: { architecture: 'amd64', os: 'linux' },
  // Go's words, as config.md asks; variant v8 as containerd and Docker Hub write it.
  arm64: { architecture: 'arm64', os: 'linux', variant: 'v8' },
  aarch64: { architecture: 'arm64', os: 'linux', variant: 'v8' },
};

export function platformOf(architecture: Architecture): Platform {
  return platforms[architecture];
}

/** RFC 3339, by the version alone: what was built another day from the same release has the same bytes. */
function createdAt(version: string): string {
  return dateOfVersion(version).toISOString().replace('.000Z', 'Z');
}

/**
 * What a runtime is told, and what is in the image.
 * @param layer digest of the layer before it is compressed
 */
export function renderConfig(identity: ContainerIdentity, layer: string): string {
  const { stream, name, version, lang } = identity;
  const created = createdAt(version);
  return JSON.stringify({
    created,
    ...platformOf(identity.architecture),
    config: {
      Env: ['PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin', `LANG=${lang}`],
      Cmd: ['/bin/bash'],
      Labels: {
        'org.opencontainers.image.created': created,
        'org.opencontainers.image.ref.name': stream,
        'org.opencontainers.image.title': name,
        'org.opencontainers.image.version': version,
      },
    },
    rootfs: { type: 'layers', diff_ids: [layer] },
    history: [{ created, created_by: `${stream} ${version}` }],
  });
}

export function renderManifest(config: Descriptor, layer: Descriptor): string {
  return JSON.stringify({ schemaVersion: 2, mediaType: mediaTypes.manifest, config, layers: [layer] });
}

export interface ContainerManifest {
  architecture: Architecture;
  /** Of the manifest. */
  digest: string;
  size: number;
}

/**
 * The index that a tag names: one manifest for each architecture, in one order.
 * @throws AperiodicError `invalid` when two are for one platform
 */
export function renderIndex(manifests: readonly ContainerManifest[], version: string): string {
  const entries = manifests
    .map(({ architecture, digest, size }) => ({
      mediaType: mediaTypes.manifest,
      digest,
      size,
      platform: platformOf(architecture),
    }))
    .sort((a, b) => compareText(a.platform.architecture, b.platform.architecture));
  const twice = entries.find(
    ({ platform }, at) => entries[at + 1]?.platform.architecture === platform.architecture,
  );
  if (twice !== undefined) {
    throw new AperiodicError(
      'invalid',
      `two images are for ${twice.platform.architecture}: a release has one`,
    );
  }
  return JSON.stringify({
    schemaVersion: 2,
    mediaType: mediaTypes.index,
    manifests: entries,
    annotations: { 'org.opencontainers.image.version': version },
  });
}

/** index.json of an image layout: the entry point, which names one manifest or index for people. */
export function renderLayoutIndex(entry: Descriptor & { platform?: Platform }, name: string): string {
  const annotations = { 'org.opencontainers.image.ref.name': name };
  return JSON.stringify({
    schemaVersion: 2,
    mediaType: mediaTypes.index,
    manifests: [{ ...entry, annotations }],
  });
}

/** The file oci-layout. */
export const layoutMarker = JSON.stringify({ imageLayoutVersion: '1.0.0' });

/**
 * manifest.json of what `docker load` takes (moby, image/spec/v1.2.md: "Combined Image JSON + Filesystem Changeset
 * Format"). The name is of no registry: whoever loads it shall not take it for what a public one has.
 */
export function renderDockerManifest(config: string, layer: string, identity: ContainerIdentity): string {
  const tag = `localhost/${identity.stream}:${identity.version}`;
  return JSON.stringify([{ Config: config, RepoTags: [tag], Layers: [layer] }]);
}

export function describeText(mediaType: string, text: string): Descriptor {
  return { mediaType, digest: digestOfText(text), size: Buffer.byteLength(text) };
}

export function digestOfText(text: string): string {
  return `sha256:${createHash('sha256').update(text).digest('hex')}`;
}

/** The hexadecimal digits of a digest: the name of its blob. @throws AperiodicError `invalid` */
export function blobName(digest: string): string {
  const [, hex] = /^sha256:([0-9a-f]{64})$/.exec(digest) ?? [];
  if (hex === undefined)
    throw new AperiodicError('invalid', `'${digest.slice(0, 100)}' is not a SHA-256 digest`);
  return hex;
}
