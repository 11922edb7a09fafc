/** Reads both sides of a pull request from git: no file of the work tree takes part. */

import { readCommitTree } from '../adapters/git/commit-tree.ts';
import { findMergeBase, listChangedPaths, resolveCommit } from '../adapters/git/compare.ts';
import { createGit } from '../adapters/git/git.ts';
import { type ChangedPath, findChanges, type Side, type StreamChange } from '../model/changes.ts';
import type { AperiodicError } from '../model/errors.ts';
import { flattenKickstart } from '../model/kickstart/flatten.ts';
import { type LoadOptions, loadRepository } from '../model/load.ts';
import { reviewNewest } from '../model/plan/review.ts';
import { reviewChange } from '../model/review-change.ts';
import { findStream } from '../model/streams.ts';
import type { Stream } from '../model/types.generated.ts';

export interface Inspected {
  /** Commits. `base` is where the histories parted. */
  base: string;
  head: string;
  paths: ChangedPath[];
  before: Side;
  after: Side;
  changes: StreamChange[];
  /** Of the newer side's files, and of what the change does to them. By file where there is one. */
  problems: AperiodicError[];
}

export interface InspectOptions {
  requestOf?: LoadOptions['requestOf'];
  now: Date;
}

/** @throws AperiodicError `not-found` for a name that git does not know */
export async function inspectChange(
  root: string,
  names: { base: string; head: string },
  { requestOf, now }: InspectOptions,
): Promise<Inspected> {
  const git = createGit(root);
  const head = await resolveCommit(git, names.head);
  const base = await findMergeBase(git, await resolveCommit(git, names.base), head);
  const paths = await listChangedPaths(git, base, head);
  const before = await readSide(root, base, undefined);
  const after = await readSide(root, head, requestOf);
  const { targets } = after.side.repository;
  const reviews =
    targets === undefined
      ? []
      : after.side.repository.streams.flatMap((stream) =>
          reviewNewest(stream, { targets, now, base: findStream(before.side.repository, stream.id) }),
        );
  return {
    base,
    head,
    paths,
    before: before.side,
    after: after.side,
    changes: findChanges(paths, before.side, after.side),
    problems: [
      ...reviewChange(paths, before.side.repository, after.side.repository),
      ...after.problems,
      ...reviews,
    ],
  };
}

const entriesOf = ({ kickstart, kickstarts }: Stream) => [kickstart, ...Object.values(kickstarts ?? {})];

/** One commit, with the files that each kickstart is put together from. */
export async function readSide(
  root: string,
  commit: string,
  requestOf: LoadOptions['requestOf'],
): Promise<{ side: Side; problems: AperiodicError[] }> {
  const tree = await readCommitTree(createGit(root), commit);
  const looked = new Map<string, Set<string>>();
  const flatten: LoadOptions['flatten'] = async (entry, read) => {
    const files = new Set<string>();
    looked.set(entry, files);
    return await flattenKickstart(entry, async (path) => {
      files.add(path);
      return await read(path);
    });
  };
  const { repository, problems } = await loadRepository(tree, {
    flatten,
    ...(requestOf === undefined ? {} : { requestOf }),
  });
  const kickstartFiles = new Map(
    repository.streams.flatMap(({ id, stream }) =>
      stream === undefined
        ? []
        : [
            [
              id,
              new Set(entriesOf(stream).flatMap((entry) => [entry, ...(looked.get(entry) ?? [])])),
            ] as const,
          ],
    ),
  );
  return { side: { repository, date: tree.date, kickstartFiles }, problems };
}
