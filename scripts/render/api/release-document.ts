/** The API's document of one release: what came out, and how. */
import { machineOf } from '../../model/catalog/architectures.ts';
import type { CatalogRelease, CatalogStream } from '../../model/catalog/catalog.ts';
import { type DescribeOptions, listOffers } from '../../model/catalog/describe-stream.ts';
import { compareText } from '../../model/order.ts';
import type { ApiRelease } from '../../model/types.generated.ts';

export function describeRelease(
  stream: CatalogStream,
  release: CatalogRelease,
  { downloads }: DescribeOptions = {},
): ApiRelease {
  const { version, standing, publishedAt, record, mirrors } = release;
  const { reason, withdrawn, fixes = [] } = release.release;
  const { recordedAt, deprecateAt, commit, content } = record;
  const [mirror] = mirrors;
  return {
    format: 'aperiodic:api:release:1',
    stream: stream.id,
    title: stream.title,
    version,
    standing,
    reason,
    publishedAt,
    recordedAt,
    ...(deprecateAt === undefined ? {} : { deprecateAt }),
    ...(withdrawn === undefined ? {} : { withdrawn: { reason: withdrawn.reason, at: withdrawn.at } }),
    commit,
    content,
    ...(downloads === undefined ? {} : { downloads }),
    architectures: [...record.architectures]
      .sort((a, b) => compareText(a.architecture, b.architecture))
      .map(({ architecture, raw, packages, qa, launch }) => ({
        architecture,
        machine: machineOf(architecture),
        raw: { sha256: raw.sha256, size: raw.size },
        packages,
        checks: [...qa.results, ...(launch?.results ?? [])].filter(({ result }) => result === 'passed')
          .length,
      })),
    offers: listOffers(release),
    documents:
      mirror === undefined
        ? []
        : [...(record.documents ?? [])]
            .sort((a, b) => compareText(a.name, b.name))
            .map(({ kind, name, sha256, size }) => ({
              kind,
              name,
              path: `${mirror.path}/${name}`,
              sha256,
              size,
            })),
    fixes: fixes.map(({ advisory, title, severity, cves }) => ({ advisory, title, severity, cves })),
  };
}
