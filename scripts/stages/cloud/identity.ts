/** From a tested image to what it is called on AWS. */
import { type ImageIdentity, tagKeys } from '../../model/aws-names.ts';
import type { Tested } from '../../model/types.generated.ts';

export function identityOf({ built: { job, raw } }: Tested): ImageIdentity {
  const { stream, name, version, architecture, content } = job;
  return { stream, name, version, architecture, content, raw: raw.sha256 };
}

/** Tags that every image and snapshot of this version and architecture has, whatever its bytes. */
export function versionTags({ stream, version, architecture }: ImageIdentity): Record<string, string> {
  return { [tagKeys.stream]: stream, [tagKeys.version]: version, [tagKeys.architecture]: architecture };
}

/** For messages and titles: debian-12/cloud-base 20261122.0 amd64. */
export function describe({ stream, version, architecture }: ImageIdentity): string {
  return `${stream} ${version} ${architecture}`;
}
