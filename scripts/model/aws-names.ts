/**
 * How images are named on AWS. All of it follows from what an image is, so that a run that was killed finds again what it
 * made (design invariant: bytes name things).
 */
import { createHash } from 'node:crypto';
import { AperiodicError } from './errors.ts';
import type { Architecture } from './types.generated.ts';

/** What an AMI is, wherever it is. */
export interface ImageIdentity {
  /** `debian-12/cloud-base`. */
  stream: string;
  /** First part of file names: `Debian-Cloud-Base-12`. */
  name: string;
  version: string;
  architecture: Architecture;
  /** Content digest of the release. */
  content: string;
  /** SHA-256 of the raw image. */
  raw: string;
}

/** AWS's own words. https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_RegisterImage.html */
export type AwsArchitecture = 'x86_64' | 'arm64';

/** Properties that every image is registered with. */
export const imageProperties = {
  rootDevice: '/dev/xvda',
  volumeType: 'gp3',
  virtualization: 'hvm',
  imds: 'v2.0',
} as const;

export function awsArchitecture(architecture: Architecture): AwsArchitecture {
  return architecture === 'amd64' || architecture === 'x86_64' ? 'x86_64' : 'arm64';
}

export function bootMode(architecture: Architecture): 'uefi-preferred' | 'uefi' {
  return awsArchitecture(architecture) === 'x86_64' ? 'uefi-preferred' : 'uefi';
}

/** Characters and length that RegisterImage and CopyImage accept in a name. */
const amiName = /^[A-Za-z0-9()[\] ./'@_-]{3,128}$/;

/**
 * Name of the AMI in every region, and description of its snapshot: `<name>-<version>.<architecture>-<12 digits of raw>`.
 * @throws AperiodicError `invalid` when AWS would refuse it
 */
export function imageName({ name, version, architecture, raw }: ImageIdentity): string {
  const made = `${name}-${version}.${architecture}-${raw.slice(0, 12)}`;
  if (amiName.test(made)) return made;
  throw new AperiodicError(
    'invalid',
    `'${made}' is not a name for an AMI (3 to 128 letters, digits and ()[] ./-'@_): choose a shorter or plainer 'name' in stream.yaml`,
  );
}

/** Keys of the tags that AMIs and snapshots carry. */
export const tagKeys = {
  stream: 'aperiodic:stream',
  version: 'aperiodic:version',
  architecture: 'aperiodic:architecture',
  raw: 'aperiodic:raw-sha256',
  content: 'aperiodic:content',
  /** On instances, key pairs and security groups of a launch alone. */
  launch: 'aperiodic:launch',
} as const;

/** Tags of the AMI and of its snapshot. @throws AperiodicError as {@link imageName} */
export function imageTags(identity: ImageIdentity): Record<string, string> {
  const { stream, version, architecture, raw, content } = identity;
  return {
    Name: imageName(identity),
    [tagKeys.stream]: stream,
    [tagKeys.version]: version,
    [tagKeys.architecture]: architecture,
    [tagKeys.raw]: raw,
    [tagKeys.content]: content,
  };
}

/** The same call of a second run is the same request to AWS. 64 characters, the most that EC2 takes. */
export function clientToken(purpose: string, region: string, identity: ImageIdentity): string {
  const { stream, version, architecture, raw } = identity;
  const text = JSON.stringify([purpose, region, stream, version, architecture, raw]);
  return createHash('sha256').update(text).digest('hex');
}

/** SSM parameter that names the newest image of a region. */
export function latestPointer(prefix: string, stream: string, architecture: Architecture): string {
  return `${prefix}/${stream}/${architecture}/latest`;
}

/** SSM parameter that names the image of one version. */
export function versionPointer(
  prefix: string,
  stream: string,
  version: string,
  architecture: Architecture,
): string {
  return `${prefix}/${stream}/${version}/${architecture}`;
}
