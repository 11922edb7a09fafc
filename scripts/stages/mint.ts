/**
 * In: release files that CI makes because a merge brought none. Out: the commit on the main branch that has them.
 *
 * Safe to run twice: a file that is there already with the same content is left alone, and one with other content is
 * never touched.
 */
import { AperiodicError } from '../model/errors.ts';
import { assertWritable } from '../model/writable.ts';
import type { Ports } from '../ports.ts';

export interface MintedFile {
  /** releases/<stream>/<version>.yaml */
  path: string;
  content: string;
}

/** @throws AperiodicError `conflict` when somebody else used one of the versions meanwhile; nothing is committed then */
export async function commitMinted(
  files: readonly MintedFile[],
  message: string,
  { forge }: Pick<Ports, 'forge'>,
): Promise<string> {
  return forge.commit({
    message,
    render: async (tree) => {
      const missing: MintedFile[] = [];
      for (const file of files) {
        const there = await tree.read(file.path);
        if (there === undefined) missing.push(file);
        else if (there !== file.content) {
          throw new AperiodicError('conflict', 'was added with other content meanwhile: plan again', {
            file: file.path,
          });
        }
      }
      await assertWritable(
        missing.map(({ path }) => path),
        tree,
      );
      return missing;
    },
  });
}
