/** Making a release file: by CI when a merge brought none, and by people through our tools. */
import { wantedRegions } from './cloud.ts';
import { AperiodicError } from './errors.ts';
import { assertValid } from './schema.ts';
import type { StreamState } from './streams.ts';
import { streamFolder, wantedRegistries } from './streams.ts';
import type { Release, ReleasedFix, Targets } from './types.generated.ts';

export interface ReleaseWish {
  version: string;
  /** Why, for readers: one line. */
  reason: string;
  /** Why content that was released before, or withdrawn, is built again. */
  rebuild?: string | undefined;
  /** Security updates that it brings. */
  fixes?: readonly ReleasedFix[] | undefined;
}

/**
 * The release file that asks for the content the tree has now, to reach all targets there are now.
 * @throws AperiodicError `invalid` when the stream has no kickstart or pins, or the wish breaks the schema; `conflict`
 *   when the version is taken
 */
export function makeRelease(stream: StreamState, targets: Targets, wish: ReleaseWish): Release {
  if (stream.stream === undefined || stream.content === undefined) {
    throw new AperiodicError('invalid', 'has no content to release yet: correct its problems first', {
      file: streamFolder(stream.id),
    });
  }
  if (stream.versions.includes(wish.version)) {
    throw new AperiodicError('conflict', `version ${wish.version} exists already: choose a newer one`, {
      file: streamFolder(stream.id),
    });
  }
  const aws = wantedRegions(stream.stream, targets);
  const registries = wantedRegistries(stream.stream, targets);
  return assertValid('Release', {
    version: wish.version,
    reason: wish.reason,
    content: stream.content,
    architectures: stream.stream.architectures,
    formats: stream.stream.formats,
    targets: {
      mirrors: targets.mirrors.map(({ id }) => id),
      ...(registries === undefined ? {} : { registries }),
      ...(aws === undefined ? {} : { aws }),
    },
    ...(wish.rebuild === undefined ? {} : { rebuild: wish.rebuild }),
    ...(wish.fixes === undefined || wish.fixes.length === 0 ? {} : { fixes: wish.fixes }),
  });
}
