/** A tree with some files put in the place of its own, or added to it. */
import type { Tree } from './tree.ts';

export function overlayTree(tree: Tree, files: readonly { path: string; content: string }[]): Tree {
  const added = new Map(files.map(({ path, content }) => [path, content]));
  return {
    commit: tree.commit,
    date: tree.date,
    read: async (path) => added.get(path) ?? (await tree.read(path)),
    list: async (folder) => {
      const mine = [...added.keys()].filter((path) => folder === '' || path.startsWith(`${folder}/`));
      return [...new Set([...(await tree.list(folder)), ...mine])].sort();
    },
  };
}
