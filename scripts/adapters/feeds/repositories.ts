/** Which updateinfo the streams' own repositories are to be asked for. */
import type { PinnedStream } from '../../model/advisories/installed.ts';
import type { UpdateinfoRequest } from '../rpm/updateinfo.ts';

export interface RepositoryUpdates {
  repository: string;
  /** Of every architecture and address. */
  requests: UpdateinfoRequest[];
}

/** Of rpm streams, each repository once, with every architecture and every address that kickstarts give it. */
export function listUpdateinfo(streams: readonly PinnedStream[]): RepositoryUpdates[] {
  const found = new Map<string, Map<string, UpdateinfoRequest>>();
  for (const { payload, repositories, pins } of streams) {
    if (payload !== 'rpm') continue;
    for (const { architecture, request } of pins) {
      for (const repository of repositories) {
        const sources = (request.sources ?? []).filter((source) => source.repository === repository);
        const requests = found.get(repository) ?? new Map<string, UpdateinfoRequest>();
        found.set(repository, requests);
        requests.set(JSON.stringify([architecture, sources]), { repository, sources, architecture });
      }
    }
  }
  return [...found].map(([repository, requests]) => ({ repository, requests: [...requests.values()] }));
}
