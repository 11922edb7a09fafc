/**
 * Signatures of container images as podman, skopeo and CRI-O check them: "simple signing", OpenPGP messages in a folder of a
 * web server, the lookaside (containers-signature(5), containers-registries.d(5) of https://github.com/containers/image).
 * Pure: the same input gives the same bytes.
 */
import { AperiodicError } from '../errors.ts';

/** Below a mirror's root; each registry has a folder of its own there, which is its lookaside. */
const lookaside = 'lookaside';

/** A name by which an image is pulled, and what it leads to. */
export interface NamedImage {
  /** `host[:port]/path:tag` */
  reference: string;
  /** `sha256:` and hexadecimal digits: of an index, or of one image in it. Clients check the one that they take. */
  digest: string;
}

/** What is signed: JSON, in UTF-8, the words of which are fixed by containers-signature(5). */
export function renderImageSignature({ reference, digest }: NamedImage, at: Date): string {
  return JSON.stringify({
    critical: {
      identity: { 'docker-reference': reference },
      image: { 'docker-manifest-digest': digest },
      type: 'atomic container signature',
    },
    optional: { creator: 'aperiodic', timestamp: Math.floor(at.getTime() / 1000) },
  });
}

/**
 * Folder of a mirror that holds the signatures of one image.
 * @param registry id
 * @param name `host[:port]/path`
 */
export function signatureFolder(registry: string, name: string, digest: string): string {
  const [, path] = /^[^/]+\/(.+)$/.exec(name) ?? [];
  const [, hex] = /^sha256:([0-9a-f]{64})$/.exec(digest) ?? [];
  if (path === undefined || hex === undefined)
    throw new AperiodicError('internal', `no image of a registry: ${name} ${digest}`);
  return `${lookaside}/${registry}/${path}@sha256=${hex}`;
}

/** Clients read signature-1, signature-2, … until there is none. @param index from 0 */
export function signatureFileName(index: number): string {
  return `signature-${index + 1}`;
}
