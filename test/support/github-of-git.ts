/**
 * A stand-in of GitHub for one bare repository, which git itself reads and writes too: the Git Data API by git's own
 * commands, and pull requests, comments and check runs in memory. It knows what our workflows call and answers 404 to all
 * else; that the calls are as GitHub describes them is shown elsewhere (test/adapters/github).
 */
import { execFileSync } from 'node:child_process';
import { commitOf, makeTree, type RunGit, refOf, treeOf } from './github-of-git-objects.ts';
import { serveOnLoopback } from './serve-on-loopback.ts';
import type { Ending } from './temporary-folder.ts';

export interface PullRequest {
  number: number;
  head: { sha: string; ref: string; repo: { owner: { login: string }; full_name: string } };
  base: { sha: string; ref: string };
  state: 'open' | 'closed';
  merged_at: string | null;
  /** Commit of main that it became. */
  merge_commit_sha: string | null;
}

interface CheckRun {
  id: number;
  name: string;
  head_sha: string;
  external_id: string;
  conclusion: string;
  output: { title: string; summary: string; text: string | null };
  app: { slug: string };
}

export interface GithubOfGit {
  url: string;
  pulls: PullRequest[];
  comments: { id: number; pull: number; body: string; user: { login: string } }[];
  checks: CheckRun[];
  /** Writing calls, as `METHOD /path`, in order. */
  writes: string[];
}

type Body = Record<string, unknown>;
type Reply = { status: number; body: unknown };

/** @param tokens who each token belongs to; a token of `github-actions[bot]` may not write to the repository */
export async function startGithubOfGit(
  t: Ending,
  origin: string,
  tokens: Record<string, string>,
): Promise<GithubOfGit> {
  const state: GithubOfGit = { url: '', pulls: [], comments: [], checks: [], writes: [] };
  const read = (args: string[], input: string) =>
    execFileSync('git', ['-C', origin, ...args], { input, env: gitEnvironment, maxBuffer: 64 * 1024 * 1024 });
  const git = (args: string[], input = '') => read(args, input).toString('utf8').trim();
  const blob = (sha: string) => read(['cat-file', 'blob', sha], '').toString('base64');
  state.url = await serveOnLoopback(t, async (request, response) => {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(Buffer.from(chunk));
    const text = Buffer.concat(chunks).toString();
    const method = request.method ?? 'GET';
    const url = new URL(request.url ?? '/', 'http://x');
    const who = tokens[(request.headers.authorization ?? '').replace(/^(token|bearer) /i, '')];
    if (method !== 'GET') state.writes.push(`${method} ${url.pathname}`);
    const reply =
      who === undefined
        ? { status: 401, body: { message: 'Bad credentials' } }
        : answer(
            { state, git, blob, who, query: url.searchParams },
            method,
            url.pathname,
            text === '' ? {} : JSON.parse(text),
          );
    response.writeHead(reply.status, { 'content-type': 'application/json' }).end(JSON.stringify(reply.body));
  });
  return state;
}

const gitEnvironment = {
  PATH: process.env.PATH ?? '/usr/bin:/bin',
  GIT_AUTHOR_NAME: 'release-app[bot]',
  GIT_AUTHOR_EMAIL: 'release-app@example.org',
  GIT_COMMITTER_NAME: 'GitHub',
  GIT_COMMITTER_EMAIL: 'noreply@example.org',
};

interface Asked {
  state: GithubOfGit;
  git: RunGit;
  /** Content in base64, to the byte. */
  blob: (sha: string) => string;
  who: string;
  query: URLSearchParams;
}

const ok = (body: unknown, status = 200): Reply => ({ status, body });

function answer(asked: Asked, method: string, pathname: string, body: Body): Reply {
  const [, , , , ...rest] = pathname.split('/');
  const call = `${method} ${rest.join('/')}`;
  for (const [pattern, run] of routes) {
    const match = pattern.exec(call);
    if (match !== null) return run(asked, match.slice(1).map(decodeURIComponent), body);
  }
  return ok({ message: 'Not Found' }, 404);
}

type Route = [RegExp, (asked: Asked, found: string[], body: Body) => Reply];

const routes: Route[] = [
  [/^GET git\/ref\/(.+)$/, ({ git }, [ref = '']) => ok(refOf(ref, git(['rev-parse', `refs/${ref}`])))],
  [/^GET git\/commits\/([0-9a-f]{40})$/, ({ git }, [sha = '']) => ok(commitOf(git, sha))],
  [
    /^GET git\/trees\/([0-9a-f]{40})$/,
    ({ git }, [sha = '']) => ok({ sha, truncated: false, tree: treeOf(git, sha) }),
  ],
  [
    /^GET git\/blobs\/([0-9a-f]{40})$/,
    ({ blob }, [sha = '']) => ok({ sha, encoding: 'base64', content: blob(sha) }),
  ],
  [/^POST git\/trees$/, writing(({ git }, _, body) => ok({ sha: makeTree(git, body) }, 201))],
  [
    /^POST git\/commits$/,
    writing(({ git }, _, { message, tree, parents }) => {
      const [parent = ''] = Array.isArray(parents) ? parents : [];
      return ok({ sha: git(['commit-tree', String(tree), '-p', parent], String(message)) }, 201);
    }),
  ],
  [
    /^PATCH git\/refs\/(.+)$/,
    writing(({ git }, [ref = ''], { sha, force }) => {
      const now = git(['rev-parse', `refs/${ref}`]);
      const moved = ok({ message: 'Update is not a fast forward' }, 422);
      if (force === true || git(['merge-base', now, String(sha)]) !== now) return moved;
      try {
        git(['update-ref', `refs/${ref}`, String(sha), now]);
      } catch {
        // Somebody pushed in between.
        return moved;
      }
      return ok(refOf(ref, String(sha)));
    }),
  ],
  [
    /^GET commits\/([0-9a-f]{40})\/pulls$/,
    ({ state }, [sha]) => ok(state.pulls.filter(({ merge_commit_sha }) => merge_commit_sha === sha)),
  ],
  [
    /^GET commits\/(.+)\/check-runs$/,
    ({ state }, [sha]) => {
      const runs = state.checks.filter(({ head_sha }) => head_sha === sha);
      return ok({ total_count: runs.length, check_runs: runs });
    },
  ],
  [
    /^POST check-runs$/,
    ({ state }, _, body) => {
      const { name, head_sha, external_id, conclusion } = body;
      const run: CheckRun = {
        id: state.checks.length + 1,
        name: String(name),
        head_sha: String(head_sha),
        external_id: String(external_id),
        conclusion: String(conclusion),
        output: outputOf(body),
        app: { slug: 'github-actions' },
      };
      state.checks.push(run);
      return ok(run, 201);
    },
  ],
  [
    /^PATCH check-runs\/(\d+)$/,
    ({ state }, [id], body) => {
      const run = state.checks.find((one) => String(one.id) === id);
      if (run === undefined) return ok({ message: 'Not Found' }, 404);
      Object.assign(run, { conclusion: String(body.conclusion), output: outputOf(body) });
      return ok(run);
    },
  ],
  [
    /^GET pulls$/,
    ({ state, query }) => {
      const of = ({ ref, repo }: PullRequest['head']) => `${repo.owner.login}:${ref}`;
      const asked = query.get('head');
      return ok(state.pulls.filter(({ state, head }) => state === 'open' && of(head) === asked));
    },
  ],
  [
    /^GET pulls\/(\d+)$/,
    ({ state }, [number]) => ok(state.pulls.find((pull) => String(pull.number) === number) ?? {}),
  ],
  [
    /^GET pulls\/(\d+)\/files$/,
    ({ state, git }, [number]) => {
      const pull = state.pulls.find((one) => String(one.number) === number);
      if (pull === undefined) return ok({ message: 'Not Found' }, 404);
      const names = git(['diff-tree', '-r', '--name-only', pull.base.sha, pull.head.sha]).split('\n');
      return ok(names.filter((name) => name !== '').map((filename) => ({ filename, status: 'modified' })));
    },
  ],
  [
    /^GET issues\/(\d+)\/comments$/,
    ({ state }, [number]) => ok(state.comments.filter(({ pull }) => String(pull) === number)),
  ],
  [
    /^POST issues\/(\d+)\/comments$/,
    ({ state, who }, [number], body) => {
      const comment = {
        id: state.comments.length + 1,
        pull: Number(number),
        body: String(body.body),
        user: { login: who },
      };
      state.comments.push(comment);
      return ok(comment, 201);
    },
  ],
  [
    /^PATCH issues\/comments\/(\d+)$/,
    ({ state }, [id], body) => {
      const comment = state.comments.find((one) => String(one.id) === id);
      if (comment !== undefined) comment.body = String(body.body);
      return ok(comment ?? {});
    },
  ],
];

function writing(run: Route[1]): Route[1] {
  return (asked, found, body) =>
    asked.who === 'github-actions[bot]'
      ? ok({ message: 'Resource not accessible by integration' }, 403)
      : run(asked, found, body);
}

function outputOf(body: Body): CheckRun['output'] {
  const { output } = body;
  const of = (key: 'title' | 'summary' | 'text') =>
    typeof output === 'object' && output !== null && key in output ? String(Reflect.get(output, key)) : null;
  return { title: of('title') ?? '', summary: of('summary') ?? '', text: of('text') };
}
