/** Which streams are watched, and which are proposed together. */
import { AperiodicError } from '../errors.ts';
import type { Repository, StreamState } from '../streams.ts';
import { nextBranch } from './branch.ts';

export interface Group {
  branch: string;
  /** Undefined for a stream by itself. */
  name: string | undefined;
  streams: StreamState[];
}

/** By branch. A stream that is retired, or that nobody could resolve yet, is in none; one whose stream.yaml is bad is. */
export function findGroups({ streams }: Pick<Repository, 'streams'>): Group[] {
  const groups = new Map<string, Group>();
  for (const state of streams) {
    if (state.stream?.retired !== undefined || state.stream?.neverRun !== undefined) continue;
    const name = state.stream?.group;
    const branch = nextBranch(state.id, name);
    const group = groups.get(branch) ?? { branch, name, streams: [] };
    group.streams.push(state);
    groups.set(branch, group);
  }
  return [...groups.values()];
}

/** Whole groups of the streams that are asked for. @throws AperiodicError `not-found` for one that is not watched */
export function chooseGroups(groups: readonly Group[], wanted: readonly string[] | undefined): Group[] {
  if (wanted === undefined) return [...groups];
  const has = (id: string) => (group: Group) => group.streams.some((state) => state.id === id);
  const unknown = wanted.find((id) => !groups.some(has(id)));
  if (unknown !== undefined) {
    const words = 'is not watched: main has no such stream, or it is retired or was never run';
    throw new AperiodicError('not-found', `'${unknown}' ${words}`);
  }
  return groups.filter((group) => wanted.some((id) => has(id)(group)));
}
