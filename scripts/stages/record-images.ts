/**
 * In: images of a recorded release, in the state that they came to. Out: whether the record had to be written anew.
 *
 * Safe to run twice: the record is read from the newest tree on each try, and one that says so already is not written.
 * What the release file says by now does not matter: records say what is there.
 */
import type { ImagePlan } from '../model/cloud.ts';
import { AperiodicError } from '../model/errors.ts';
import { addImages } from '../model/record.ts';
import { numberRecord } from '../model/serial.ts';
import { recordPath } from '../model/streams.ts';
import { assertWritable } from '../model/writable.ts';
import { parseYaml } from '../model/yaml.ts';
import type { Ports } from '../ports.ts';
import { renderRecord } from '../render/record.ts';

export interface ImageChange extends ImagePlan {
  deprecateAt?: string | undefined;
  /** What happened to them, for the commit's message: `Withdraw`. */
  verb: string;
}

/** @throws AperiodicError `conflict` when there is no record of the release any more */
export async function recordImages(
  { stream, version, images, deprecateAt, verb }: ImageChange,
  { forge, clock }: Pick<Ports, 'forge' | 'clock'>,
): Promise<boolean> {
  const path = recordPath(stream, version);
  let written = false;
  await forge.commit({
    message: `${verb} images of ${stream} ${version}\n`,
    render: async (tree) => {
      const text = await tree.read(path);
      if (text === undefined)
        throw new AperiodicError('conflict', 'is gone, but its images are there', { file: path });
      const record = parseYaml('PublishedRecord', text, path);
      const changed = addImages(record, { images, deprecateAt }, clock.now());
      const content = renderRecord(await numberRecord(changed, record, tree));
      written = content !== text;
      if (!written) return [];
      await assertWritable([path], tree);
      return [{ path, content }];
    },
  });
  return written;
}
