/**
 * In: a release and the mirrors that hold it. Out: its record, on the main branch.
 *
 * Safe to run twice: the record is rendered from the newest tree on each try, and when it is there already with the same
 * content nothing is committed. What others pushed in between stays, and counts: a release that was withdrawn or changed
 * meanwhile is not recorded.
 */
import { AperiodicError } from '../model/errors.ts';
import { makeRecord } from '../model/record.ts';
import { recordPath, releasePath } from '../model/streams.ts';
import type { Tree } from '../model/tree.ts';
import type { Candidate, Mirrored, PublishedRecord, Recorded } from '../model/types.generated.ts';
import { assertWritable } from '../model/writable.ts';
import { parseYaml } from '../model/yaml.ts';
import type { Ports } from '../ports.ts';
import { renderRecord } from '../render/record.ts';

type RecordPorts = Pick<Ports, 'forge' | 'clock'>;

/** @throws AperiodicError `conflict` when main does not ask for this release any more, or records other bytes */
export async function recordRelease(mirrored: Mirrored, ports: RecordPorts): Promise<Recorded> {
  const { stream, version } = mirrored.candidate;
  const path = recordPath(stream, version);
  const made: { record?: PublishedRecord } = {};
  const commit = await ports.forge.commit({
    message: `Record ${stream} ${version}\n`,
    render: async (tree) => {
      await assertAskedFor(mirrored.candidate, tree);
      const text = await tree.read(path);
      const earlier = text === undefined ? undefined : parseYaml('PublishedRecord', text, path);
      made.record = makeRecord(mirrored, ports.clock.now(), earlier);
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

async function assertAskedFor({ stream, version, content }: Candidate, tree: Tree): Promise<void> {
  const file = releasePath(stream, version);
  const text = await tree.read(file);
  const refuse = (what: string) =>
    new AperiodicError(
      'conflict',
      `${what} while it was built: nothing was recorded, look at 'aperiodic plan'`,
      {
        file,
      },
    );
  if (text === undefined) throw refuse('was removed from the main branch');
  const release = parseYaml('Release', text, file);
  if (release.withdrawn !== undefined) throw refuse(`was withdrawn (${release.withdrawn.reason})`);
  if (release.content !== content) throw refuse('was changed to ask for other content');
}
