/** Reads names of artifacts, as `formatArtifactUri` makes them. They come back from JSON of other jobs, so nothing else passes. */
import { AperiodicError } from '../../model/errors.ts';
import type { FileRef } from '../../model/types.generated.ts';
import { isFileName } from '../host/names.ts';

const uri = /^artifact:([0-9a-f]{64})\/(.+)$/;

/** @throws AperiodicError `invalid` when it is not one of ours, or speaks of another digest than the reference */
export function parseArtifactUri(ref: FileRef): { sha256: string; name: string } {
  const [, sha256 = '', name = ''] = uri.exec(ref.uri) ?? [];
  if (sha256 === ref.sha256 && isFileName(name)) return { sha256, name };
  throw new AperiodicError(
    'invalid',
    `'${ref.uri.slice(0, 200)}' does not name an artifact with the SHA-256 ${ref.sha256}`,
  );
}
