/** Where a builder image is, by the reference of stream.yaml (schemas/common.schema.json, builderReference). */
import { AperiodicError } from '../errors.ts';

export interface BuilderReference {
  /** `host[:port]` of the registry. */
  host: string;
  /** `host[:port]/path`, without the digest. */
  address: string;
  /** `sha256:` and hexadecimal digits: of an index or of an image's manifest. */
  digest: string;
}

/** @throws AperiodicError `invalid` for what the schema does not let through */
export function parseBuilderReference(reference: string): BuilderReference {
  const [, address, host, digest] =
    /^(([a-z0-9][a-z0-9.:-]*)\/[a-z0-9/._-]+)@(sha256:[0-9a-f]{64})$/.exec(reference) ?? [];
  if (address !== undefined && host !== undefined && digest !== undefined) return { host, address, digest };
  throw new AperiodicError(
    'invalid',
    `'${reference.slice(0, 300)}' does not name a builder image by its digest`,
  );
}
