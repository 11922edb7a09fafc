/** The published forms of a raw disk image. Each is a function of the raw's bytes and the tool's version. */
import path from 'node:path';
import { formatName } from '../../model/image-formats.ts';
import type { Format } from '../../model/types.generated.ts';
import type { BuildContext } from './context.ts';
import { inside } from './sandbox.ts';

/** Makes every form, at the same time: one is bound by qemu-img's single thread. */
export async function writeFormats(context: BuildContext, raw: string): Promise<void> {
  context.note(`compressing (${context.request.formats.join(', ')})`);
  await Promise.all(context.request.formats.map((format) => convert(context, raw, format)));
}

async function convert(context: BuildContext, raw: string, format: Format): Promise<void> {
  const target = path.join(inside.out, formatName(context.request.baseName, format));
  const what = `${format} could not be written`;
  switch (format) {
    case 'qcow2': {
      // Clusters in order (no -W), compat 1.1 and zstd: QEMU 5.1 and newer read it.
      const options = 'compat=1.1,compression_type=zstd,cluster_size=65536,lazy_refcounts=off';
      await context.run(
        'qemu-img',
        ['convert', '-c', '-f', 'raw', '-O', 'qcow2', '-o', options, raw, target],
        { what },
      );
      return;
    }
    case 'raw.zst':
      // The multi-threaded form is the same for any number of threads, the single-threaded one is not.
      await context.run('zstd', ['-q', '-9', '-T2', '--no-progress', '-o', target, '--', raw], { what });
      return;
    default:
      throw new Error(`${format} is not a form of a disk`);
  }
}
