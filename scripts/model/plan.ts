/**
 * What is due, derived from the tree alone: the table of docs/architecture.md. Pure, so a push, a schedule and a person
 * get the same answer, and a second run after all effects gets `nothing`.
 *
 * Of a stream only the newest live release counts: the greatest version that is not withdrawn. D is the content digest
 * of the tree.
 *
 * D counts as withdrawn while no release after the withdrawal came out with it or says why it is built again.
 *
 * | newest live release     | and                                          | action     |
 * | ----------------------- | -------------------------------------------- | ---------- |
 * | any                     | stream.yaml says that it is retired          | `retired`  |
 * |                         | the stream's files have problems             | `blocked`  |
 * |                         | stream.yaml says `neverRun`: it has no pins  | `unpinned` |
 * | has content D           | recorded, lacks one of its own targets       | `continue` |
 * |                         | recorded, targets.yaml has more targets      | `extend`   |
 * |                         | recorded, not in a region of best effort     | `extend`   |
 * |                         | recorded, nothing more to reach              | `nothing`  |
 * |                         | no record, D was withdrawn by a newer one    | `held`     |
 * |                         | no record, D was withdrawn, no reason        | `blocked`  |
 * |                         | no record, the live one before has D too     | `blocked`  |
 * |                         | no record                                    | `release`  |
 * | has other content, none | D was withdrawn                              | `held`     |
 * |                         | otherwise, also when D is an older content   | `mint`     |
 */
import type { RegionsToReach } from './cloud.ts';
import type { AperiodicError } from './errors.ts';
import { findGained, findUnfinished } from './plan/reach.ts';
import { findReleaseProblems } from './plan/review.ts';
import { describeMint, findSuperseded, type Superseded } from './plan/words.ts';
import { makeRelease } from './release.ts';
import {
  findWithdrawal,
  newestLive,
  type ReleaseState,
  type Repository,
  releasePath,
  type StreamState,
} from './streams.ts';
import type { PublishedRecord, Release, Targets } from './types.generated.ts';
import { compareVersions, nextVersion } from './version.ts';

export type Action =
  /** Write this release file, in a commit of its own, and plan again: it will be `release`. */
  | { kind: 'mint'; path: string; release: Release }
  /** Build, test, mirror and record the release. */
  | { kind: 'release'; release: Release }
  /** The release is recorded, but these of its own targets are missing. */
  | { kind: 'continue'; release: Release; mirrors: string[]; registries?: string[]; aws?: RegionsToReach }
  /**
   * The release is complete; releases/targets.yaml names these mirrors and regions since, or regions of best effort
   * failed before. Copy, no rebuild.
   */
  | { kind: 'extend'; release: Release; mirrors: string[]; registries?: string[]; aws?: RegionsToReach }
  /** `version` is released, recorded and everywhere. */
  | { kind: 'nothing'; version: string }
  /** The tree's content was withdrawn with `version`, and no release says why it is built again. */
  | { kind: 'held'; version: string }
  /** Nobody has resolved the stream yet, and it says why. */
  | { kind: 'unpinned' }
  /** The stream makes nothing new any more. */
  | { kind: 'retired' }
  /** A person has to correct something; each problem says what. */
  | { kind: 'blocked'; problems: AperiodicError[] };

export interface StreamPlan {
  stream: string;
  /** Content digest of the tree; undefined when it cannot be known. */
  content: string | undefined;
  action: Action;
  /** Why, for people: one sentence without a full stop. */
  why: string;
  /** Older live releases that will not be built or finished any more, newest first. */
  superseded: Superseded[];
}

export interface PlanOptions {
  /** Date of the commit that is planned for: it dates minted versions. */
  mergedAt: Date;
}

type Decision = Pick<StreamPlan, 'action' | 'why'>;

/** One plan a stream, by stream id. A stream with problems does not stop the others. */
export function planRepository(repository: Repository, options: PlanOptions): StreamPlan[] {
  return repository.streams.map((stream) => planStream(repository, stream, options));
}

export function planStream(repository: Repository, stream: StreamState, options: PlanOptions): StreamPlan {
  const decision = decide(repository, stream, options);
  return {
    stream: stream.id,
    content: stream.content,
    ...decision,
    superseded: findSuperseded(stream, decision.action.kind === 'mint'),
  };
}

function decide(repository: Repository, stream: StreamState, { mergedAt }: PlanOptions): Decision {
  const { targets, repositories } = repository;
  if (targets === undefined || repositories === undefined) {
    return blocked('files that all streams share cannot be read', repository.problems);
  }
  const retired = stream.stream?.retired;
  if (retired !== undefined) return { action: { kind: 'retired' }, why: `retired: ${retired.reason}` };
  if (stream.problems.length > 0) return blocked('its files have problems', stream.problems);
  const neverRun = stream.stream?.neverRun;
  if (neverRun !== undefined) return { action: { kind: 'unpinned' }, why: `never run: ${neverRun}` };
  if (stream.content === undefined) return blocked('its content is not known', []);
  const newest = newestLive(stream);
  if (newest?.release.content === stream.content) {
    const { record } = newest;
    return record === undefined
      ? planUnrecorded(stream, newest, targets)
      : planRecorded(stream, newest, record, targets);
  }
  const withdrawal = findWithdrawal(stream, stream.content);
  if (withdrawal !== undefined) return held(withdrawal);
  return mint(stream, stream.content, targets, mergedAt);
}

function planUnrecorded(stream: StreamState, newest: ReleaseState, targets: Targets): Decision {
  const { release } = newest;
  const withdrawal = findWithdrawal(stream, release.content);
  if (withdrawal !== undefined && compareVersions(withdrawal.release.version, release.version) > 0)
    return held(withdrawal);
  const problems = findReleaseProblems(stream, newest, targets);
  if (problems.length > 0) return blocked(`release ${release.version} cannot be built as it is`, problems);
  return { action: { kind: 'release', release }, why: `${release.version} is not recorded yet` };
}

function planRecorded(
  stream: StreamState,
  newest: ReleaseState,
  record: PublishedRecord,
  targets: Targets,
): Decision {
  const { release } = newest;
  const { version } = release;
  const unfinished = findUnfinished(release, record, targets);
  if (unfinished !== undefined) {
    const problems = findReleaseProblems(stream, newest, targets);
    if (problems.length > 0) return blocked(`release ${version} cannot be finished as it is`, problems);
    const { why, ...missing } = unfinished;
    return { action: { kind: 'continue', release, ...missing }, why };
  }
  const gained = findGained(stream, release, record, targets);
  if (gained !== undefined) {
    const { why, ...missing } = gained;
    return { action: { kind: 'extend', release, ...missing }, why };
  }
  return { action: { kind: 'nothing', version }, why: `${version} is released and recorded` };
}

function mint(stream: StreamState, content: string, targets: Targets, mergedAt: Date): Decision {
  const { reason, why } = describeMint(stream, content);
  const version = nextVersion(mergedAt, stream.versions);
  const release = makeRelease(stream, targets, { version, reason });
  return { action: { kind: 'mint', path: releasePath(stream.id, version), release }, why };
}

function held({ release }: ReleaseState): Decision {
  return {
    action: { kind: 'held', version: release.version },
    why: `this content was withdrawn with ${release.version} (${release.withdrawn?.reason ?? 'no reason given'}): change it, or add a newer release file that says 'rebuild: REASON'`,
  };
}

function blocked(why: string, problems: AperiodicError[]): Decision {
  return { action: { kind: 'blocked', problems }, why };
}
