/** The tree of one commit, read by the API. Files that the clone has already come from there: they have the same id. */
import { AperiodicError } from '../../model/errors.ts';
import type { Tree } from '../../model/tree.ts';
import type { Blob, BlobReader } from '../git/blobs.ts';
import { type Entry, treeOfEntries } from '../git/commit-tree.ts';
import type { Git } from '../git/git.ts';
import { calling, type GithubClient } from './client.ts';
import type { GithubRepository } from './context.ts';

export interface ApiCommit {
  tree: Tree;
  /** Id of git's tree, which new commits are based on. */
  treeId: string;
  message: string;
  parents: string[];
}

/** @param clone read first when given; what it lacks is no error */
export async function readApiTree(
  client: GithubClient,
  repository: GithubRepository,
  commit: string,
  clone?: Git,
): Promise<ApiCommit> {
  const { data } = await calling(`read commit ${commit}`, async () =>
    client.request('GET /repos/{owner}/{repo}/git/commits/{commit_sha}', {
      ...repository,
      commit_sha: commit,
    }),
  );
  let listing: Promise<Map<string, Entry>> | undefined;
  const entries = () => {
    listing ??= listEntries(client, repository, data.tree.sha);
    return listing;
  };
  const date = new Date(data.committer.date);
  return {
    tree: treeOfEntries({ commit, date }, entries, createReader(client, repository, clone)),
    treeId: data.tree.sha,
    message: data.message,
    parents: data.parents.map(({ sha }) => sha),
  };
}

async function listEntries(
  client: GithubClient,
  repository: GithubRepository,
  tree: string,
): Promise<Map<string, Entry>> {
  const { data } = await calling('list the files of a commit', async () =>
    client.request('GET /repos/{owner}/{repo}/git/trees/{tree_sha}', {
      ...repository,
      tree_sha: tree,
      recursive: '1',
    }),
  );
  if (data.truncated) {
    throw new AperiodicError(
      'unsupported',
      "the repository has more files than GitHub lists at once: set 'git.via: git'",
    );
  }
  return new Map(
    data.tree.flatMap(({ path, mode, sha, size, type }) =>
      path === undefined || mode === undefined || sha === undefined || type === 'tree'
        ? []
        : [[path, { mode, oid: sha, size: type === 'blob' ? (size ?? 0) : undefined }] as const],
    ),
  );
}

function createReader(
  client: GithubClient,
  repository: GithubRepository,
  clone: Git | undefined,
): BlobReader {
  const known = new Map<string, string | undefined>();
  return {
    read: async ({ oid }: Blob) => {
      if (!known.has(oid))
        known.set(oid, (await fromClone(clone, oid)) ?? (await fromApi(client, repository, oid)));
      return known.get(oid);
    },
  };
}

async function fromClone(clone: Git | undefined, oid: string): Promise<string | undefined> {
  if (clone === undefined) return undefined;
  const { exitCode, stdout } = await clone(['cat-file', 'blob', oid], { accept: [0, 1, 128] });
  // Text that is not UTF-8 was damaged on the way: the API gives its bytes.
  return exitCode === 0 && !stdout.includes('\uFFFD') ? stdout : undefined;
}

async function fromApi(
  client: GithubClient,
  repository: GithubRepository,
  oid: string,
): Promise<string | undefined> {
  const { data } = await calling('read a file', async () =>
    client.request('GET /repos/{owner}/{repo}/git/blobs/{file_sha}', { ...repository, file_sha: oid }),
  );
  const bytes = Buffer.from(data.content, data.encoding === 'base64' ? 'base64' : 'utf8');
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    return undefined;
  }
}
