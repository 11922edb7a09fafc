/** A file of what is published for users, before it is written. */

/** Below the root of a site: what each of its files was made from. */
export const manifestName = 'manifest.json';

export interface PublishedFile {
  /** Below the root of what is published: `streams/v1/index.json`. */
  path: string;
  content: string;
  /** A clear-signed sibling that is wanted beside it. */
  signed?: SignedSibling;
}

export interface SignedSibling {
  /** `streams/v1/index.sjson` */
  path: string;
  /** What is to be signed: the same, but that it leads to signed documents where the plain one leads to plain ones. */
  text: string;
  /** Date of the signature, before `signingDate` has its say: that of the newest record in it (RFC 3339). */
  at: string;
}

/** `index.sjson` of `index.json`, as simplestreams name them. */
export function signedPathOf(path: string): string {
  return path.replace(/\.json$/, '.sjson');
}
