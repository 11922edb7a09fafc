/** A main branch in memory. */
import type { Forge, Tree } from '../../scripts/ports.ts';

export interface FakeForge extends Forge {
  files: Map<string, string>;
  messages: string[];
  /** Called before a commit is taken, as many times as there are entries: what somebody else pushed first. */
  pushedFirst: ((files: Map<string, string>) => void)[];
}

export function createFakeForge(initial: Record<string, string>): FakeForge {
  const files = new Map(Object.entries(initial));
  const messages: string[] = [];
  const pushedFirst: FakeForge['pushedFirst'] = [];
  const commitId = () => messages.length.toString(16).padStart(40, '0');
  const tree = (): Tree => {
    const now = new Map(files);
    return {
      commit: commitId(),
      date: new Date(0),
      read: async (path) => now.get(path),
      list: async (folder) => [...now.keys()].filter((path) => path.startsWith(`${folder}/`)).sort(),
    };
  };
  return {
    files,
    messages,
    pushedFirst,
    head: async () => tree(),
    commit: async ({ message, render }) => {
      for (;;) {
        const written = await render(tree());
        if (written.length === 0) return commitId();
        const first = pushedFirst.shift();
        if (first !== undefined) {
          first(files);
          continue;
        }
        for (const { path, content } of written) files.set(path, content);
        messages.push(message);
        return commitId();
      }
    },
  };
}
