/** Makes a commit out of a parent and changed files, without a work tree and without the clone's own index. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Git } from './git.ts';

export interface Identity {
  name: string;
  email: string;
}

/**
 * @param message may hold the id of the commit's tree
 * @returns id of the new commit, which no branch points to yet
 */
export async function makeCommit(
  git: Git,
  parent: string,
  files: readonly { path: string; content: string }[],
  message: string | ((tree: string) => string),
  { name, email }: Identity,
): Promise<string> {
  const tree = await makeTree(git, parent, files);
  const { stdout } = await git(['commit-tree', tree, '-p', parent, '-F', '-'], {
    input: typeof message === 'string' ? message : message(tree),
    env: {
      GIT_AUTHOR_NAME: name,
      GIT_AUTHOR_EMAIL: email,
      GIT_COMMITTER_NAME: name,
      GIT_COMMITTER_EMAIL: email,
    },
  });
  return stdout.trim();
}

async function makeTree(
  git: Git,
  parent: string,
  files: readonly { path: string; content: string }[],
): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'aperiodic-'));
  const env = { GIT_INDEX_FILE: join(folder, 'index') };
  try {
    const records: string[] = [];
    for (const { path, content } of files) {
      const { stdout } = await git(['hash-object', '-w', '-t', 'blob', '--stdin', '--no-filters'], {
        input: content,
      });
      records.push(`100644 ${stdout.trim()}\t${path}\0`);
    }
    await git(['read-tree', parent], { env });
    await git(['update-index', '-z', '--index-info'], { env, input: records.join('') });
    return (await git(['write-tree'], { env })).stdout.trim();
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
