/** What the plan says to people about releases, from digests and versions alone. */
import { isComplete, liveReleases, newestLive, type StreamState, unreachedTargets } from '../streams.ts';

/** An older live release that will not be built or finished any more. */
export interface Superseded {
  version: string;
  why: string;
}

/**
 * Why a release is minted: `reason` goes into the release file, for readers of a later time; `why` into the plan.
 * Old content is known by its digest only, so that is all it says.
 */
export function describeMint(stream: StreamState, content: string): { reason: string; why: string } {
  const newest = newestLive(stream)?.release.version;
  const withdrawn = stream.releases.findLast(({ release }) => release.withdrawn !== undefined)?.release
    .version;
  const whyNone =
    withdrawn === undefined ? 'nothing was released yet' : `no release is live since ${withdrawn}`;
  return {
    reason: describeContent(stream, content, withdrawn),
    why:
      newest === undefined
        ? whyNone
        : `the content is not that of ${newest}, and no newer release file asks for it`,
  };
}

/** Compares with the newest live release that came out: one without a record is nothing that readers could have. */
function describeContent(stream: StreamState, content: string, withdrawn: string | undefined): string {
  const recorded = liveReleases(stream).filter(({ record }) => record !== undefined);
  const released = recorded[0]?.release;
  if (released === undefined)
    return withdrawn === undefined ? 'First release' : `Replaces ${withdrawn}, withdrawn`;
  if (released.content === content) {
    return `Content of ${released.version} again, in place of ${newestLive(stream)?.release.version}, which was not released`;
  }
  const same = recorded.find(({ release }) => release.content === content);
  return same === undefined
    ? `Content changed since ${released.version}`
    : `Content returned to that of ${same.release.version}`;
}

/**
 * Live releases older than the one that counts, without a complete record, newest first.
 * @param minting whether the newest live release of the tree is about to be one of them
 */
export function findSuperseded(stream: StreamState, minting: boolean): Superseded[] {
  const live = liveReleases(stream);
  return live.slice(minting ? 0 : 1).flatMap((state) => {
    if (isComplete(state)) return [];
    const { release, record } = state;
    const missing = unreachedTargets(state).join(', ');
    const why =
      record === undefined
        ? 'never recorded; it will not be built'
        : `recorded; it will not be brought to ${missing}`;
    return [{ version: release.version, why }];
  });
}
