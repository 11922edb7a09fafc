/** One proposal: opened, brought up to date, closed, or left alone. */
import { toAperiodicError } from '../model/errors.ts';
import type { Group } from '../model/update/groups.ts';
import { dueLabel, ownLabels } from '../model/update/names.ts';
import type { StreamUpdate } from '../model/update/update.ts';
import { type Deadline, findDeadline } from '../model/update/urgency.ts';
import type { FoundProposal } from '../ports/proposals.ts';
import { digestOfBody, type RenderedUpdate, renderUpdate } from '../render/update.ts';
import type { Seen, WatchOptions, WatchPorts } from '../watch.ts';
import { findUpdates } from './find-updates.ts';
import type { Watched } from './outcome.ts';
import { storePackages } from './store-packages.ts';

type Kept = Omit<Watched, 'streams'>;

const proposed = 'it is proposed already';
const theirs = 'somebody committed to the branch, so it is theirs: merge or close it, or delete the branch';

/** Packages are in the store before a proposal names them: mirrors drop old ones. */
export async function keepProposal(
  group: Group,
  found: FoundProposal | undefined,
  seen: Seen,
  ports: WatchPorts,
  options: WatchOptions,
): Promise<Kept> {
  const { branch } = group;
  if (found?.ours === false) {
    ports.log.warn(`${found.name}: ${theirs}`);
    return { branch, action: 'left', name: found.name, why: theirs };
  }
  const { updates, held } = await findUpdates(group, found, seen, options.judge);
  if (held.length > 0) return { branch, action: 'held', ...nameOf(found), why: held.join('; ') };
  if (updates.length === 0)
    return await closeProposal(branch, found, ports, options, 'main has what the repositories have');
  const deadline = await readDeadline(updates, found, seen, options);
  const rendered = renderUpdate(group.name, updates, deadline);
  const about = { branch, title: rendered.title, updates, deadline };
  const rewrite = found === undefined || (await isOutdated(found, rendered, seen));
  if (found?.state === 'declined' && !rewrite) {
    const why =
      'a person closed this update; it comes back with newer packages, or when the branch is deleted';
    return { ...about, action: 'declined', name: found.name, why };
  }
  if (found?.state === 'open' && !rewrite && isShown(found, rendered)) {
    const waits = options.merge === true ? await mergeProposal(found, deadline, ports) : proposed;
    const action = waits === undefined ? 'merged' : 'unchanged';
    return {
      ...about,
      action,
      name: found.name,
      why: waits ?? 'no approval is needed, and its checks passed',
    };
  }
  const action = found?.state === 'open' ? 'updated' : 'opened';
  const why = rewrite ? 'there are newer packages' : 'what is said of it has changed';
  if (isDry(options)) return { ...about, action, ...nameOf(found), why };
  await storePackages(updates, ports);
  const wish = { branch, base: seen.main, ...rendered };
  return { ...about, action, name: await ports.proposals.put(wish, found, rewrite), why };
}

/** Proposals of streams that are not watched any more, or that moved to a group. */
export async function closeStrays(
  branches: readonly string[],
  ports: WatchPorts,
  options: WatchOptions,
): Promise<Watched[]> {
  const outcomes: Watched[] = [];
  for (const branch of branches) {
    try {
      const found = await ports.proposals.find(branch);
      // A person may call a branch what they like.
      if (found === undefined || !found.ours) continue;
      const kept = await closeProposal(
        branch,
        found,
        ports,
        options,
        'its stream has no branch of this name any more',
      );
      outcomes.push({ ...kept, streams: [] });
    } catch (error) {
      const why = 'left as it is';
      outcomes.push({ branch, streams: [], action: 'failed', why, error: toAperiodicError(error) });
    }
  }
  return outcomes;
}

async function closeProposal(
  branch: string,
  found: FoundProposal | undefined,
  { proposals }: WatchPorts,
  options: WatchOptions,
  why: string,
): Promise<Kept> {
  if (found === undefined) return { branch, action: 'none', why };
  if (!isDry(options)) await proposals.close(found);
  return { branch, action: 'closed', name: found.name, why };
}

/** @returns why it was not merged */
async function mergeProposal(
  found: FoundProposal,
  { approvals }: Deadline,
  { proposals }: WatchPorts,
): Promise<string | undefined> {
  return approvals === 0 ? await proposals.merge(found) : `${proposed}, and people approve it`;
}

function isDry({ dryRun, merge }: WatchOptions): boolean {
  return dryRun === true || merge === true;
}

/** That somebody said `now` is remembered by the label. */
async function readDeadline(
  updates: readonly StreamUpdate[],
  found: FoundProposal | undefined,
  { now }: Seen,
  options: WatchOptions,
): Promise<Deadline> {
  const parts = [];
  for (const { after, fixes } of updates) {
    const judged = fixes.map(({ verdict, released }) => ({ verdict, proposed: released.proposed }));
    parts.push({ fixes: judged, schedule: await options.schedule(after.id) });
  }
  const marked = found?.state === 'open' && found.labels.includes(dueLabel);
  return findDeadline(parts, now.text, options.now === true || marked);
}

/** Whether the branch holds other files, or main has changed one of them since: then it could not be merged as it is. */
async function isOutdated(
  { tree, base }: FoundProposal,
  { files }: RenderedUpdate,
  { main }: Seen,
): Promise<boolean> {
  if (base === undefined) return true;
  for (const { path, content } of files) {
    if ((await tree.read(path)) !== content) return true;
    if ((await base.read(path)) !== (await main.read(path))) return true;
  }
  return await holdsMore(tree, base, files);
}

/** Files of an earlier form of the proposal, such as a stream that is up to date by now. */
async function holdsMore(
  tree: FoundProposal['tree'],
  base: FoundProposal['tree'],
  files: RenderedUpdate['files'],
): Promise<boolean> {
  const wanted = new Set(files.map(({ path }) => path));
  const had = new Set(await base.list('releases'));
  for (const path of await tree.list('releases')) {
    if (wanted.has(path)) continue;
    if (!had.has(path)) return true;
    if (/\/pins\.[a-z0-9_]+\.yaml$/.test(path) && (await tree.read(path)) !== (await base.read(path)))
      return true;
  }
  return false;
}

function isShown(found: FoundProposal, { digest, labels }: RenderedUpdate): boolean {
  const given = found.labels.filter((label) => ownLabels.includes(label));
  return digestOfBody(found.body) === digest && [...given].sort().join() === [...labels].sort().join();
}

function nameOf(found: FoundProposal | undefined): { name?: string } {
  return found === undefined ? {} : { name: found.name };
}
