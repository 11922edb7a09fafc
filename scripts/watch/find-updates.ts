/** What each stream of a group would get, with what its open proposal remembers. */

import { findStream, findWithdrawal, pinsPath, type StreamState } from '../model/streams.ts';
import { timestamp } from '../model/timestamp.ts';
import type { Tree } from '../model/tree.ts';
import { availableSince, type Remembered } from '../model/update/fixes.ts';
import type { Group } from '../model/update/groups.ts';
import type { JudgeUpdate } from '../model/update/judged.ts';
import { isChanged, makeUpdate, type StreamUpdate } from '../model/update/update.ts';
import { compareVersions, parseVersion } from '../model/version.ts';
import { parseYaml } from '../model/yaml.ts';
import type { FoundProposal } from '../ports/proposals.ts';
import { renderRelease } from '../render/release.ts';
import type { Seen } from '../watch.ts';

export interface FoundUpdates {
  updates: StreamUpdate[];
  /** Streams whose new content was withdrawn before, one sentence each. */
  held: string[];
}

/** Streams without a change are left out. @throws AperiodicError for a stream that is not sound with its new pins */
export async function findUpdates(
  { streams }: Group,
  found: FoundProposal | undefined,
  { main, before, after, now }: Seen,
  judge: JudgeUpdate,
): Promise<FoundUpdates> {
  const [updates, held]: [StreamUpdate[], string[]] = [[], []];
  for (const old of streams) {
    const next = findStream(after, old.id) ?? old;
    const [problem] = next.problems;
    if (problem !== undefined) throw problem;
    if (!isChanged(old, next)) continue;
    const withdrawal = next.content === undefined ? undefined : findWithdrawal(next, next.content);
    if (withdrawal !== undefined) {
      const { version, withdrawn } = withdrawal.release;
      held.push(`${old.id}: this content was withdrawn with ${version} (${withdrawn?.reason})`);
      continue;
    }
    const remembered = found === undefined ? undefined : await remember(found.tree, main, next);
    const judged = await judge({
      stream: old.id,
      before: old.pins,
      after: next.pins,
      availableSince: (advisory, packages) => availableSince(advisory, packages, remembered, now.text),
    });
    const context = { remembered, now, mergedAt: main.date, renderRelease };
    updates.push(makeUpdate(before, { before: old, after: next }, judged, context));
  }
  return { updates, held };
}

/** The branch is ours, so what cannot be read was written by another version of Aperiodic: it is written anew. */
async function remember(branch: Tree, main: Tree, { id, pins }: StreamState): Promise<Remembered> {
  const folder = `releases/${id}`;
  const had = new Set(await main.list(folder));
  const versions = (await branch.list(folder)).flatMap((path) => {
    const [, version = ''] = /\/([0-9.]+)\.yaml$/.exec(path) ?? [];
    return had.has(path) || parseVersion(version) === undefined ? [] : [{ path, version }];
  });
  const newest = versions.sort((a, b) => compareVersions(a.version, b.version)).at(-1);
  const release = newest === undefined ? undefined : await readOld('Release', branch, newest.path);
  const old = [];
  for (const { architecture } of pins) {
    const one = await readOld('Pins', branch, pinsPath(id, architecture));
    if (one !== undefined) old.push(one);
  }
  return { release, pins: old, written: timestamp(branch.date) };
}

async function readOld<K extends 'Release' | 'Pins'>(kind: K, tree: Tree, path: string) {
  try {
    return parseYaml(kind, (await tree.read(path)) ?? '', path);
  } catch {
    return undefined;
  }
}
