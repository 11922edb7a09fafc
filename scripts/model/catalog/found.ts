/** The answer to a query, for programs. */
import type { ApiFound, ApiMatch, ApiStream } from '../types.generated.ts';
import type { Offer } from './select.ts';

/** @param streams that the offers were selected from */
export function describeFound(streams: readonly ApiStream[], offers: readonly Offer[]): ApiFound {
  const downloads = new Map(streams.map((stream) => [stream.id, stream.downloads]));
  return {
    format: 'aperiodic:api:found:1',
    matches: offers.map(({ stream, version, publishedAt, recordedAt, deprecated, ...offer }): ApiMatch => {
      const address = downloads.get(stream);
      return {
        stream,
        version,
        publishedAt,
        recordedAt,
        deprecated,
        ...(address === undefined ? {} : { downloads: address }),
        offer,
      };
    }),
  };
}
