/** A stream of which only the catalog is known: enough to say that it exists. */
import type { ApiStream, ApiStreamSummary } from '../types.generated.ts';

export function bareStream(summary: ApiStreamSummary): ApiStream {
  const { id, distribution, distributionRelease, image, title, kind, neverRun } = summary;
  return {
    format: 'aperiodic:api:stream:1',
    id,
    distribution,
    distributionRelease,
    image,
    name: image,
    title,
    kind,
    ...(neverRun === undefined ? {} : { neverRun }),
    releases: [],
  };
}
