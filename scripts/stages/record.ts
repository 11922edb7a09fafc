/**
 * In: a release, the mirrors that hold it, and its AMIs. Out: its record, on the main branch.
 *
 * Safe to run twice: the record is rendered from the newest tree on each try, and when it is there already with the same
 * content nothing is committed. What others pushed in between stays, and counts: a release that was withdrawn or changed
 * meanwhile is not recorded.
 */
import { AperiodicError } from '../model/errors.ts';
import { loadReleasesOf } from '../model/load-releases-of.ts';
import { findRecordObstacle } from '../model/plan/record-check.ts';
import { makeRecord } from '../model/record.ts';
import { numberRecord } from '../model/serial.ts';
import { recordPath, releasePath } from '../model/streams.ts';
import type { Tree } from '../model/tree.ts';
import type { Candidate, Published, PublishedRecord, Recorded } from '../model/types.generated.ts';
import { assertWritable } from '../model/writable.ts';
import { parseYaml } from '../model/yaml.ts';
import type { Ports } from '../ports.ts';
import { renderRecord } from '../render/record.ts';

type RecordPorts = Pick<Ports, 'forge' | 'clock'>;

/** @throws AperiodicError `conflict` when main does not ask for this release any more, or records other bytes */
export async function recordRelease(
  { mirrored, images, containers }: Published,
  ports: RecordPorts,
): Promise<Recorded> {
  const { stream, version, aws } = mirrored.candidate;
  const cloud = aws === undefined ? undefined : { images, deprecateAt: aws.deprecateAt };
  const path = recordPath(stream, version);
  const made: { record?: PublishedRecord } = {};
  const commit = await ports.forge.commit({
    message: `Record ${stream} ${version}\n`,
    render: async (tree) => {
      await assertAskedFor(mirrored.candidate, tree);
      const text = await tree.read(path);
      const earlier = text === undefined ? undefined : parseYaml('PublishedRecord', text, path);
      const record = makeRecord(mirrored, ports.clock.now(), earlier, cloud, containers);
      made.record = await numberRecord(record, earlier, tree);
      const content = renderRecord(made.record);
      if (content === text) return [];
      await assertWritable([path], tree);
      return [{ path, content }];
    },
  });
  if (made.record === undefined)
    throw new AperiodicError('internal', 'the forge committed without rendering');
  return { path, commit, record: made.record };
}

/** @throws AperiodicError `conflict`, or `invalid` when the release file or its record cannot be read any more */
async function assertAskedFor({ stream, version, content }: Candidate, tree: Tree): Promise<void> {
  const file = releasePath(stream, version);
  const refuse = (what: string) =>
    new AperiodicError('conflict', `${what}: nothing was recorded, look at 'aperiodic plan'`, { file });
  const state = await loadReleasesOf(stream, tree);
  const problem = state.problems.find((error) =>
    [file, recordPath(stream, version)].includes(error.file ?? ''),
  );
  if (problem !== undefined) throw problem;
  const obstacle = findRecordObstacle(state, version);
  if (obstacle !== undefined) throw refuse(obstacle);
  const asked = state.releases.find(({ release }) => release.version === version);
  if (asked?.release.content !== content)
    throw refuse('the release asks for other content since it was built');
}
