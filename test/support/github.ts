/** A stand-in of GitHub on this machine, and people who push to it. */
import { setTimeout as sleep } from 'node:timers/promises';
import { createEmulator } from 'emulate';
import { createGithubClient, type GithubClient } from '../../scripts/adapters/github/client.ts';
import { freePort } from './rsync-daemon.ts';
import type { Ending } from './temporary-folder.ts';

export const repository = { owner: 'testix', repo: 'images' };
export const token = 'gho_not-a-real-token';
/** Who the token belongs to: the author of comments. */
export const login = 'robot';

export interface Github {
  url: string;
  client: GithubClient;
  /** Commits files on top of main by the API, again and again until they are in. Null removes one. */
  push(files: Record<string, string | null>, message: string, branch?: string): Promise<string>;
  /** Content of a file of main, or of another branch. */
  read(path: string, branch?: string): Promise<string | undefined>;
  /** Subjects of the commits of main, newest first. */
  subjects(): Promise<string[]>;
}

const clock = { now: () => new Date(), sleep: async (ms: number) => await sleep(ms) };

export async function startGithub(t: Ending): Promise<Github> {
  const emulator = await createEmulator({
    service: 'github',
    port: await freePort(),
    seed: {
      tokens: { [token]: { login, scopes: ['repo'] }, other: { login: 'somebody', scopes: ['repo'] } },
      github: {
        users: [{ login }, { login: 'somebody' }, { login: repository.owner }],
        orgs: [],
        repos: [{ owner: login, name: repository.repo, auto_init: true }],
      },
    },
  });
  t.after(() => emulator.close());
  const url = emulator.url.replace('localhost', '127.0.0.1');
  return openGithub(url);
}

export const emulated = { owner: login, repo: repository.repo };

export function openGithub(url: string, as = token): Github {
  const client = createGithubClient({ token: as, apiUrl: url, clock });
  const read = async (path: string, branch = 'main') => {
    const { data: ref } = await client.request('GET /repos/{owner}/{repo}/git/ref/{ref}', {
      ...emulated,
      ref: `heads/${branch}`,
    });
    const { data: commit } = await client.request('GET /repos/{owner}/{repo}/git/commits/{commit_sha}', {
      ...emulated,
      commit_sha: ref.object.sha,
    });
    const { data } = await client.request('GET /repos/{owner}/{repo}/git/trees/{tree_sha}', {
      ...emulated,
      tree_sha: commit.tree.sha,
      recursive: '1',
    });
    const found = data.tree.find((entry) => entry.path === path);
    if (found?.sha === undefined) return undefined;
    const { data: blob } = await client.request('GET /repos/{owner}/{repo}/git/blobs/{file_sha}', {
      ...emulated,
      file_sha: found.sha,
    });
    return Buffer.from(blob.content, 'base64').toString();
  };
  return {
    url,
    client,
    read,
    push: (files, message, branch = 'main') => push(client, files, message, branch),
    subjects: async () => {
      const subjects: string[] = [];
      for (let page = 1; ; page++) {
        const { data } = await client.request('GET /repos/{owner}/{repo}/commits', {
          ...emulated,
          sha: 'main',
          per_page: 100,
          page,
        });
        subjects.push(...data.map(({ commit }) => commit.message.split('\n')[0] ?? ''));
        if (data.length < 100) return subjects;
      }
    },
  };
}

async function push(
  client: GithubClient,
  files: Record<string, string | null>,
  message: string,
  branch: string,
): Promise<string> {
  for (;;) {
    const { data: ref } = await client.request('GET /repos/{owner}/{repo}/git/ref/{ref}', {
      ...emulated,
      ref: `heads/${branch}`,
    });
    const { data: parent } = await client.request('GET /repos/{owner}/{repo}/git/commits/{commit_sha}', {
      ...emulated,
      commit_sha: ref.object.sha,
    });
    const { data: tree } = await client.request('POST /repos/{owner}/{repo}/git/trees', {
      ...emulated,
      base_tree: parent.tree.sha,
      tree: Object.entries(files).map(([path, content]) =>
        content === null
          ? ({ path, mode: '100644', type: 'blob', sha: null } as const)
          : ({ path, mode: '100644', type: 'blob', content } as const),
      ),
    });
    const { data: commit } = await client.request('POST /repos/{owner}/{repo}/git/commits', {
      ...emulated,
      message,
      tree: tree.sha,
      parents: [ref.object.sha],
    });
    try {
      await client.request('PATCH /repos/{owner}/{repo}/git/refs/{ref}', {
        ...emulated,
        ref: `heads/${branch}`,
        sha: commit.sha,
        force: false,
      });
      return commit.sha;
    } catch {
      await sleep(Math.random() * 100);
    }
  }
}
