/** Checks the signed document of a stream, and what it says of an AMI. */
import { AperiodicError } from '../../model/errors.ts';
import { maxStreamDocumentBytes, parseStreamDocument } from '../../model/stream-document.ts';
import { timestamp } from '../../model/timestamp.ts';
import type { StreamDocument, StreamRelease } from '../../model/types.generated.ts';
import type { Signature, Verifier } from '../../ports.ts';
import { within } from './folder.ts';
import { readLimited } from './keyring.ts';

/**
 * @param now keys that expired since must not speak for the present
 * @throws AperiodicError as `Verifier.open`; `invalid` for what is no document of a stream
 */
export async function openStreamDocument(
  file: string,
  keys: readonly Uint8Array[],
  verifier: Verifier,
  now: Date,
): Promise<{ document: StreamDocument; by: Signature }> {
  const signed = await readLimited(file, maxStreamDocumentBytes);
  return await within(file, async () => {
    const { text, by } = await verifier.open(signed.toString('utf8'), keys);
    if (by.expiresAt !== undefined && by.expiresAt <= now) {
      throw new AperiodicError(
        'denied',
        `it is signed by ${by.fingerprint}, which expired at ${timestamp(by.expiresAt)}: take it from a mirror again, and the new key from the project`,
      );
    }
    return { document: parseStreamDocument(text), by };
  });
}

export interface AmiFinding {
  release: StreamRelease;
  architecture: string;
  isLatest: boolean;
}

/** @throws AperiodicError `not-found` for an AMI that is not the stream's, `conflict` for one that is not live */
export function findAmi(document: StreamDocument, ami: string, region: string): AmiFinding {
  for (const release of document.releases) {
    const image = release.images.find((one) => one.ami === ami && one.region === region);
    if (image === undefined) continue;
    const refuse = (why: string) =>
      new AperiodicError(
        'conflict',
        `${ami} is ${document.stream} ${release.version}, ${why}: use ${document.latest ?? 'another stream'}`,
      );
    if (release.state === 'withdrawn')
      throw refuse(`which was withdrawn: ${release.reason ?? 'no reason is given'}`);
    if (image.state !== 'public') throw refuse(`but it is ${image.state} by now`);
    return { release, architecture: image.architecture, isLatest: release.version === document.latest };
  }
  throw new AperiodicError(
    'not-found',
    `${ami} in ${region} is no image of ${document.stream}: somebody else made it, do not use it as one`,
  );
}
