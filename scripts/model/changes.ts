/**
 * From a difference between two trees to the streams that it touches, each with its reasons and what a merge would bring
 * about. Pure: both trees are read before.
 *
 * | kind      | a merge                                                                                  |
 * | --------- | ---------------------------------------------------------------------------------------- |
 * | `build`   | makes a new image: the pull request has to build and test it                               |
 * | `release` | has effects without a build: copies to a mirror or region, a withdrawal, another retention |
 * | `retire`  | ends the stream                                                                          |
 * | `none`    | makes nothing                                                                            |
 */
import { compareText } from './order.ts';
import { planStream, type StreamPlan } from './plan.ts';
import { findStream, type Repository, type StreamState } from './streams.ts';
import type { Architecture } from './types.generated.ts';

/** One path that differs, as git says it. */
export interface ChangedPath {
  path: string;
  change: 'added' | 'modified' | 'removed';
  /** git's mode on the newer side, such as 100644; undefined when removed. */
  mode: string | undefined;
}

/** One side of the difference. */
export interface Side {
  repository: Repository;
  /** Date of its commit: it dates what would be minted. */
  date: Date;
  /** By stream id: every file that was looked for to put the kickstart together, also where there was none. */
  kickstartFiles: ReadonlyMap<string, ReadonlySet<string>>;
}

export interface StreamChange {
  stream: string;
  kind: 'build' | 'release' | 'retire' | 'none';
  /** Of the newer side, or of the older for a stream that is gone. */
  architectures: Architecture[];
  /** One line each, without a full stop. */
  reasons: string[];
  /** Of the newer side; undefined for a stream that is gone. */
  plan: StreamPlan | undefined;
}

/** Streams that the paths touch, by id. */
export function findChanges(paths: readonly ChangedPath[], base: Side, head: Side): StreamChange[] {
  const ids = new Set([...base.repository.streams, ...head.repository.streams].map(({ id }) => id));
  return [...ids].sort(compareText).flatMap((id) => {
    const reasons = findReasons(id, paths, base, head);
    return reasons.length === 0 ? [] : [describeStream(id, reasons, base, head)];
  });
}

/** Streams for which something is due, whatever changed: what push, schedule and a person start from. */
export function findDue({ repository, date }: Side): StreamChange[] {
  return repository.streams.flatMap((stream) => {
    const plan = planStream(repository, stream, { mergedAt: date });
    const kind = kindOf(plan);
    if (kind === 'none') return [];
    return [{ stream: stream.id, kind, architectures: architecturesOf(stream), reasons: [plan.why], plan }];
  });
}

/** Paths that are neither an image's description nor a document: a change of the code, of workflows, of tests. */
export function findCode(paths: readonly string[]): string[] {
  return paths.filter((path) => !/^(releases|kickstarts|docs)\//.test(path) && !/^[^/]+\.md$/.test(path));
}

function findReasons(id: string, paths: readonly ChangedPath[], base: Side, head: Side): string[] {
  const included = new Set([...(base.kickstartFiles.get(id) ?? []), ...(head.kickstartFiles.get(id) ?? [])]);
  const own = `releases/${id}/`;
  return paths.flatMap(({ path, change }) => {
    if (path.startsWith(own)) return [describeOwn(path.slice(own.length), change)];
    if (included.has(path)) return [describeInclude(path, id, change, head)];
    if (path === 'releases/targets.yaml') return ['releases/targets.yaml: where every stream goes'];
    if (path === 'releases/repositories.yaml' && definitionsOf(id, base) !== definitionsOf(id, head))
      return ['releases/repositories.yaml: a repository of this stream'];
    return [];
  });
}

function describeOwn(name: string, change: ChangedPath['change']): string {
  const [, architecture] = /^pins\.([a-z0-9_]+)\.yaml$/.exec(name) ?? [];
  if (architecture !== undefined) return `pins of ${architecture} ${change}`;
  const [, version, published] = /^(\d{8}\.\d+)(\.published)?\.yaml$/.exec(name) ?? [];
  if (version === undefined) return `${name} ${change}`;
  return `${published === undefined ? 'release file' : 'record'} of ${version} ${change}`;
}

function describeInclude(path: string, id: string, change: ChangedPath['change'], head: Side): string {
  const { kickstart, kickstarts = {} } = findStream(head.repository, id)?.stream ?? {};
  const isEntry = path === kickstart || Object.values(kickstarts).includes(path);
  return isEntry ? `kickstart ${path} ${change}` : `${path} ${change}, which the kickstart includes`;
}

/** What repositories.yaml says of the stream's repositories, as text to compare. */
function definitionsOf(id: string, { repository }: Side): string {
  const wanted = findStream(repository, id)?.stream?.repositories ?? [];
  return JSON.stringify(repository.repositories?.repositories.filter((one) => wanted.includes(one.id)));
}

function describeStream(id: string, reasons: string[], base: Side, head: Side): StreamChange {
  const before = findStream(base.repository, id);
  const now = findStream(head.repository, id);
  if (now?.stream === undefined && before?.stream !== undefined) {
    const gone = ['stream.yaml is gone', ...reasons];
    return {
      stream: id,
      kind: 'retire',
      architectures: architecturesOf(before),
      reasons: gone,
      plan: undefined,
    };
  }
  if (now === undefined) return { stream: id, kind: 'none', architectures: [], reasons, plan: undefined };
  const plan = planStream(head.repository, now, { mergedAt: head.date });
  const kind = kindOf(plan);
  const endsNow = plan.action.kind === 'retired' && before?.stream?.retired === undefined;
  const effects = kind === 'none' && lifecycleOf(before, base) !== lifecycleOf(now, head);
  return {
    stream: id,
    kind: endsNow ? 'retire' : effects ? 'release' : kind,
    architectures: architecturesOf(now),
    reasons,
    plan,
  };
}

function kindOf({ action }: StreamPlan): 'build' | 'release' | 'none' {
  if (action.kind === 'mint' || action.kind === 'release') return 'build';
  return action.kind === 'continue' || action.kind === 'extend' ? 'release' : 'none';
}

/** What decides about images after their release, as text to compare. */
function lifecycleOf(stream: StreamState | undefined, { repository }: Side): string {
  const withdrawn = (stream?.releases ?? []).flatMap(({ release }) =>
    release.withdrawn === undefined ? [] : [release.version],
  );
  const { pointers, graceDays } = repository.targets?.aws ?? {};
  return JSON.stringify([withdrawn, stream?.stream?.aws, pointers, graceDays]);
}

function architecturesOf({ stream }: StreamState): Architecture[] {
  return [...(stream?.architectures ?? [])];
}
