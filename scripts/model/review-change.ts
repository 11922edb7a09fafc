/** What a pull request may not do, however sound the files are that it ends with. Pure. */
import type { ChangedPath } from './changes.ts';
import { heldImages } from './cloud.ts';
import { AperiodicError } from './errors.ts';
import { findSilencedStatements } from './review-statements.ts';
import { findStream, type Repository, type StreamState, streamPath } from './streams.ts';
import { isTreePath } from './tree.ts';

const record = /^releases\/[^/]+\/[^/]+\/[^/]+\.published\.yaml$/;
const regular: readonly (string | undefined)[] = ['100644', '100755', undefined];

/** At most this many problems of one kind: nobody reads more. */
const enough = 20;

/**
 * - Records are written by CI only. They may go with their whole folder.
 * - A stream ends by `retired` in its stream.yaml; its folder may go once no record names an image that is still there.
 * - What users were told not to affect them is taken back, not silenced.
 * - Nothing is in .aperiodic/, where each machine has its configuration.
 * - Nothing in releases/ and kickstarts/ is a link, a submodule, or named so that a program could read it as something else.
 */
export function reviewChange(
  paths: readonly ChangedPath[],
  base: Repository,
  head: Repository,
): AperiodicError[] {
  const gone = base.streams.filter(
    ({ id, stream }) => stream !== undefined && findStream(head, id)?.stream === undefined,
  );
  const folders = gone.map(({ id }) => `releases/${id}/`);
  const written = paths.filter(
    ({ path, change }) =>
      record.test(path) && !(change === 'removed' && folders.some((folder) => path.startsWith(folder))),
  );
  return [
    ...gone.flatMap(findRemovalObstacle),
    ...written.slice(0, enough).map(({ path, change }) => {
      const undo = change === 'added' ? 'take it out of' : 'leave it as it is in';
      return problem(path, `is a record, and only CI writes records: ${undo} this pull request`);
    }),
    ...paths.flatMap(findPathProblem).slice(0, enough),
    ...findSilencedStatements(base, head).slice(0, enough),
  ];
}

function findRemovalObstacle({ id, stream, releases }: StreamState): AperiodicError[] {
  const recorded = releases.filter((release) => release.record !== undefined);
  if (recorded.length === 0) return [];
  if (stream?.retired === undefined) {
    const how = "keep the folder, and say 'retired: {reason: ..., at: ...}' in stream.yaml";
    return [problem(streamPath(id), `is removed, but the stream has releases that people use: ${how}`)];
  }
  const held = recorded.filter((release) => heldImages(release.record).length > 0);
  if (held.length === 0) return [];
  const versions = held.map(({ release }) => release.version).join(', ');
  const how =
    "mark them 'withdrawn' first, and remove the folder when CI has recorded their images as removed";
  return [problem(streamPath(id), `is removed, but there are images of ${versions}: ${how}`)];
}

function findPathProblem({ path, mode, change }: ChangedPath): AperiodicError[] {
  if (/^\.aperiodic(\/|$)/.test(path) && change !== 'removed')
    return [problem(path, 'is a file of one machine, whose settings would hold for CI: take it out')];
  if (!/^(releases|kickstarts)(\/|$)/.test(path)) return [];
  if (mode === '120000')
    return [problem(path, 'is a symbolic link: symbolic links are not followed, commit the file itself')];
  if (!regular.includes(mode)) return [problem(path, 'is not a regular file: submodules are not read')];
  if (mode === undefined || (isTreePath(path) && /^[A-Za-z0-9._+/-]+$/.test(path))) return [];
  return [problem(path, 'has a name that is not accepted: a path is letters, digits and ./+_- only')];
}

function problem(file: string, message: string): AperiodicError {
  return new AperiodicError('invalid', message, { file });
}
