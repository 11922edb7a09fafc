/** A stream of the catalog as the API tells it, and all that selects works on: what may be offered, and nothing else. */
import { signatureName } from '../documents.ts';
import { compareText } from '../order.ts';
import type { ApiOffer, ApiStream, ApiStreamRelease } from '../types.generated.ts';
import { machineOf } from './architectures.ts';
import type { CatalogRelease, CatalogStream } from './catalog.ts';

export interface DescribeOptions {
  /** Address of the top folder of the mirrors on the web, without a slash at its end. */
  downloads?: string | undefined;
}

export function describeStream(stream: CatalogStream, { downloads }: DescribeOptions = {}): ApiStream {
  const { id, distribution, distributionRelease, image, name, title, neverRun, retired, latest } = stream;
  const serial = Math.max(0, ...stream.releases.map(({ record }) => record.serial ?? 0));
  return {
    format: 'aperiodic:api:stream:1',
    id,
    distribution,
    distributionRelease,
    image,
    name,
    title,
    kind: stream.isContainer ? 'container' : 'disk',
    ...(neverRun === undefined ? {} : { neverRun }),
    ...(retired === undefined ? {} : { retired }),
    ...(latest === undefined ? {} : { latest }),
    ...(serial === 0 ? {} : { serial }),
    ...(downloads === undefined ? {} : { downloads }),
    releases: stream.releases.map(describeRelease),
  };
}

function describeRelease(release: CatalogRelease): ApiStreamRelease {
  const { version, standing, publishedAt, record } = release;
  const { reason, withdrawn } = release.release;
  const { recordedAt, deprecateAt } = record;
  return {
    version,
    standing,
    reason,
    publishedAt,
    recordedAt,
    ...(deprecateAt === undefined ? {} : { deprecateAt }),
    ...(withdrawn === undefined ? {} : { withdrawn: { reason: withdrawn.reason, at: withdrawn.at } }),
    offers: listOffers(release),
  };
}

/** AMIs by region, then files, then containers. Nothing of a withdrawn release. */
export function listOffers({ standing, record, mirrors }: CatalogRelease): ApiOffer[] {
  if (standing === 'withdrawn') return [];
  const amis = [...(record.images ?? [])]
    .filter(({ state }) => state === 'public')
    .sort((a, b) => compareText(a.region, b.region) || compareText(a.architecture, b.architecture))
    .map(({ architecture, region, ami, snapshot }) => {
      const machine = machineOf(architecture);
      return { kind: 'ami' as const, architecture, machine, region, ami, snapshot };
    });
  const parts = [...record.architectures].sort((a, b) => compareText(a.architecture, b.architecture));
  const [mirror] = mirrors;
  const documents = new Set(record.documents?.map(({ name }) => name));
  const checksum = record.documents?.find(({ kind }) => kind === 'checksum')?.name;
  const downloads = parts.flatMap(({ architecture, artifacts }) =>
    mirror === undefined
      ? []
      : [...artifacts]
          .sort((a, b) => compareText(a.name, b.name))
          .map(({ name, format, sha256, size }) => {
            const path = `${mirror.path}/${name}`;
            const signature = documents.has(signatureName(name)) ? signatureName(path) : undefined;
            return {
              kind: 'download' as const,
              architecture,
              machine: machineOf(architecture),
              name,
              format,
              sha256,
              size,
              path,
              ...(checksum === undefined ? {} : { checksum: `${mirror.path}/${checksum}` }),
              ...(signature === undefined ? {} : { signature }),
            };
          }),
  );
  const containers = (record.containers ?? []).flatMap(({ registry, repository, digest }) =>
    parts.map(({ architecture }) => {
      const machine = machineOf(architecture);
      return { kind: 'container' as const, architecture, machine, registry, repository, digest };
    }),
  );
  return [...amis, ...downloads, ...containers];
}
