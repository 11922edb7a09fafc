/** Keeps what is signed about streams, and the web site, what their records say, whatever changed them. */
import { toAperiodicError } from '../model/errors.ts';
import { loadReleasesOf } from '../model/load-releases-of.ts';
import { setWithdrawn } from '../model/record.ts';
import type { StreamState } from '../model/streams.ts';
import type { Ports, Tree } from '../ports.ts';
import { showProvider } from '../stages/announce/show-provider.ts';
import { type AnnouncePorts, announceStream } from '../stages/announce.ts';
import { recordWithdrawals } from '../stages/record-withdrawals.ts';
import { showSimplestreams } from '../stages/show-simplestreams.ts';
import { type SitePorts, showSite } from '../stages/show-site.ts';
import { type ShowPorts, showStream } from '../stages/show-stream.ts';
import { type TagPorts, tagStream } from '../stages/tag-stream.ts';
import type { Tended } from './tend-images.ts';

/**
 * With nothing to do, reads small files of each mirror, and of each registry what a stream's tags name. Never throws: one entry for each stream with news or errors.
 * @param newest the newest main branch, when it was just read and nothing was written since
 */
export async function tendStreams(
  ids: readonly string[],
  ports: ShowPorts & TagPorts & AnnouncePorts & SitePorts,
  newest?: Tree,
): Promise<Tended[]> {
  if (ids.length === 0) return [];
  const tended: Tended[] = [];
  let moved = false;
  const tree = newest ?? (await ports.forge.head().catch((error: unknown) => toAperiodicError(error)));
  if (tree instanceof Error) return ids.map((stream) => ({ stream, done: [], errors: [tree] }));
  for (const stream of ids) {
    try {
      const state = await loadReleasesOf(stream, tree);
      const written = isBehind(state, ports) && (await recordWithdrawals(stream, ports));
      moved ||= written;
      if (written) tended.push({ stream, done: ['records say what was withdrawn'], errors: [] });
      await showStream(stream, ports, written ? undefined : tree);
      await tagStream(stream, ports, { newest: tree });
      const given = await announceStream(stream, ports, written ? undefined : tree);
      moved ||= given.length > 0;
      if (given.length > 0)
        tended.push({ stream, done: given.map(({ id }) => `gave the notice ${id}`), errors: [] });
    } catch (error) {
      // What came before the error may have been written.
      moved = true;
      tended.push({ stream, done: [], errors: [toAperiodicError(error)] });
    }
  }
  for (const show of [showProvider, showSimplestreams, showSite]) {
    try {
      await show(ports, moved ? undefined : tree);
    } catch (error) {
      // It is of all streams: the first tells of it.
      tended.push({ stream: ids[0] ?? '', done: [], errors: [toAperiodicError(error)] });
    }
  }
  return tended;
}

function isBehind({ releases }: StreamState, { clock }: Pick<Ports, 'clock'>): boolean {
  return releases.some(
    ({ release, record }) =>
      record !== undefined && setWithdrawn(record, release.withdrawn, clock.now()) !== record,
  );
}
