/**
 * Looks whether the repositories have newer packages than main's pins, and keeps one pull request a stream, or group of
 * streams, that would bring them: "the next update". Safe to run at any time and again after a kill. With nothing new it
 * writes nothing, however often it runs: what it remembers (version, dates) is in the branch of the pull request.
 */
import { toAperiodicError } from './model/errors.ts';
import { overlayTree } from './model/overlay-tree.ts';
import type { Repository } from './model/streams.ts';
import { timestamp } from './model/timestamp.ts';
import type { Tree } from './model/tree.ts';
import type { Targets } from './model/types.generated.ts';
import { chooseGroups, findGroups, type Group } from './model/update/groups.ts';
import type { JudgeUpdate, ScheduleOf } from './model/update/judged.ts';
import type { Proposals } from './ports/proposals.ts';
import type { Ports } from './ports.ts';
import { closeStrays, keepProposal } from './watch/keep-proposal.ts';
import type { Watched } from './watch/outcome.ts';
import { resolveGroups } from './watch/resolve-groups.ts';

export type WatchPorts = Pick<
  Ports,
  'builders' | 'forge' | 'kickstarts' | 'payloads' | 'store' | 'log' | 'clock'
> & {
  proposals: Proposals;
};

export interface WatchOptions {
  /** Reads a tree, with what its kickstarts ask for; the caller knows how they are parsed. */
  load(tree: Tree): Promise<Repository>;
  judge: JudgeUpdate;
  schedule: ScheduleOf;
  /** Only these, and those of their groups; all when left out. @throws not-found */
  streams?: readonly string[];
  /** Says what it would do, and writes nothing. */
  dryRun?: boolean;
  /** Merges what is proposed, needs no approval and has passed its checks, and writes nothing else. */
  merge?: boolean;
  /** The regular release is due, whatever the cadence says. */
  now?: boolean;
}

/** Main as it was found, and as it would be with the packages of today. */
export interface Seen {
  main: Tree;
  before: Repository & { targets: Targets };
  after: Repository;
  now: { date: Date; text: string };
}

/** One outcome a group. What fails in one does not stop the others; its outcome has the error. */
export async function watch(ports: WatchPorts, options: WatchOptions): Promise<Watched[]> {
  const main = await ports.forge.head();
  const before = await options.load(main);
  const [problem] = before.problems;
  const { targets } = before;
  if (targets === undefined) throw problem ?? toAperiodicError('releases/targets.yaml cannot be read');
  const all = findGroups(before);
  const groups = chooseGroups(all, options.streams);
  const { files, failed } = await resolveGroups(groups, main, ports);
  const after = files.length === 0 ? before : await options.load(overlayTree(main, files));
  const date = ports.clock.now();
  const seen: Seen = { main, before: { ...before, targets }, after, now: { date, text: timestamp(date) } };
  const branches = new Set(await ports.proposals.branches());
  const outcomes: Watched[] = [];
  for (const group of groups)
    outcomes.push(await watchGroup(group, seen, ports, { options, branches, failed }));
  if (options.streams !== undefined) return outcomes;
  const expected = new Set(all.map(({ branch }) => branch));
  const strays = [...branches].filter((branch) => !expected.has(branch));
  return [...outcomes, ...(await closeStrays(strays, ports, options))];
}

async function watchGroup(
  group: Group,
  seen: Seen,
  ports: WatchPorts,
  {
    options,
    branches,
    failed,
  }: { options: WatchOptions; branches: ReadonlySet<string>; failed: ReadonlyMap<string, unknown> },
): Promise<Watched> {
  const streams = group.streams.map(({ id }) => id);
  try {
    for (const id of streams) if (failed.has(id)) throw failed.get(id);
    const found = branches.has(group.branch) ? await ports.proposals.find(group.branch) : undefined;
    return { ...(await keepProposal(group, found, seen, ports, options)), streams };
  } catch (error) {
    const why = 'left as it is';
    return { branch: group.branch, streams, action: 'failed', why, error: toAperiodicError(error) };
  }
}
