/**
 * In: a release file that CI makes because a merge brought none. Out: whether it was committed to the main branch.
 *
 * Safe to run twice: the plan of the newest tree is asked again on each try, and one that has the file, or has moved on
 * otherwise, does not ask for it any more. A file that is there is never touched.
 */
import type { Tree } from '../model/tree.ts';
import { assertWritable } from '../model/writable.ts';
import type { Ports } from '../ports.ts';

export interface MintedFile {
  /** releases/<stream>/<version>.yaml */
  path: string;
  content: string;
}

/**
 * @param findDue the file that the plan of a tree asks for; undefined when it asks for none
 * @returns false when the newest tree asks for another file or for none: nothing was written, plan again
 */
export async function commitMinted(
  file: MintedFile,
  message: string,
  findDue: (tree: Tree) => Promise<MintedFile | undefined>,
  { forge }: Pick<Ports, 'forge'>,
): Promise<boolean> {
  let due = false;
  await forge.commit({
    message,
    render: async (tree) => {
      const now = await findDue(tree);
      due = now?.path === file.path && now.content === file.content;
      if (!due) return [];
      await assertWritable([file.path], tree);
      return [file];
    },
  });
  return due;
}
