/** What the files of the work tree say, for commands that make nothing: without programs, stores and the cloud. */
import { createWorkTree } from '../adapters/git/work-tree.ts';
import { flattenKickstart } from '../model/kickstart/flatten.ts';
import { type Loaded, loadRepository } from '../model/load.ts';
import type { Tree } from '../model/tree.ts';
import type { Context } from './command.ts';

export interface LoadedFiles extends Loaded {
  root: string;
  tree: Tree;
}

/** Kickstarts are not parsed, so pins are not compared with them. */
export async function loadFiles(context: Context): Promise<LoadedFiles> {
  const root = context.root();
  const tree = await createWorkTree(root);
  return { root, tree, ...(await loadRepository(tree, { flatten: flattenKickstart })) };
}
