/** New pins of every stream that is watched, as files. */
import { pinsPath } from '../model/streams.ts';
import type { Tree } from '../model/tree.ts';
import type { Group } from '../model/update/groups.ts';
import type { Ports } from '../ports.ts';
import { renderPins } from '../render/pins.ts';
import { solveStream } from '../stages/solve.ts';

export interface ResolvedGroups {
  files: { path: string; content: string }[];
  /** Errors of streams that could not be resolved, by id. */
  failed: Map<string, unknown>;
}

/** Of a group in which one stream fails nothing is looked at further: half of it is not what people want to merge. */
export async function resolveGroups(
  groups: readonly Group[],
  main: Tree,
  ports: Pick<Ports, 'builders' | 'kickstarts' | 'payloads' | 'log' | 'store'>,
): Promise<ResolvedGroups> {
  const files: ResolvedGroups['files'] = [];
  const failed: ResolvedGroups['failed'] = new Map();
  for (const { id, stream, problems } of groups.flatMap((group) => group.streams)) {
    try {
      if (stream === undefined) throw problems[0];
      for (const pins of await solveStream(id, stream, main, ports))
        files.push({ path: pinsPath(id, pins.architecture), content: renderPins(pins) });
    } catch (error) {
      failed.set(id, error);
    }
  }
  return { files, failed };
}
