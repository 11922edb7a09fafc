import assert from 'node:assert/strict';
import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import { describe, it, type TestContext } from 'node:test';
import { commands } from '../../scripts/cli/commands.ts';
import type { Preview } from '../../scripts/model/types.generated.ts';
import { emulated, login, openGithub, startGithub, token } from '../support/github.ts';
import { startFront } from '../support/github-front.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';
import { runMain } from './run-main.ts';

interface Place {
  folder: string;
  number: number;
  head: string;
  /** Runs the command on a preview, for this event. */
  post(
    preview: unknown,
    more?: { event?: unknown; argv?: string[]; env?: Record<string, string> },
  ): Promise<{
    code: number;
    stdout: string;
    stderr: string;
  }>;
  preview(more?: Partial<Preview>): Preview;
  comments(): Promise<{ user: string; body: string }[]>;
  checks(head?: string): Promise<{ conclusion: string | null; name: string }[]>;
  /** As GitHub says it: the head moves with its branch. */
  moveOn(): void;
  /** Writes a comment as somebody else. */
  comment(body: string): Promise<void>;
}

/** A pull request from the branch `feature`, which changes a pin and a workflow. */
async function start(t: TestContext): Promise<Place> {
  const github = await startGithub(t);
  const { client, push } = github;
  const base = await push({ 'README.md': 'hello\n' }, 'Begin');
  await client.request('POST /repos/{owner}/{repo}/git/refs', {
    ...emulated,
    ref: 'refs/heads/feature',
    sha: base,
  });
  const files = { 'releases/a-1/b/pins.amd64.yaml': 'x\n', '.github/workflows/x.yaml': 'x\n' };
  const head = await push(files, 'Newer', 'feature');
  const { data: pull } = await client.request('POST /repos/{owner}/{repo}/pulls', {
    ...emulated,
    title: 'x',
    head: 'feature',
    base: 'main',
  });
  const folder = await temporaryFolder(t);
  const run = {
    event: 'pull_request',
    head_sha: head,
    head_branch: 'feature',
    html_url: 'https://github.example/o/r/actions/runs/5',
    head_repository: { owner: { login } },
  };
  const other = openGithub(github.url, 'other');
  let moved = false;
  const front = await startFront(t, github.url, (method, route) => {
    if (method !== 'GET') return undefined;
    if (route.endsWith('/pulls') && moved) return [{ number: pull.number, head: { sha: 'e'.repeat(40) } }];
    return route.endsWith('/files') ? Object.keys(files).map((filename) => ({ filename })) : undefined;
  });
  return {
    folder,
    number: pull.number,
    head,
    preview: (more = {}) => ({
      pull: pull.number,
      base,
      head,
      streams: [
        { stream: 'a-1/b', kind: 'none', action: 'nothing', why: 'w', reasons: ['r'], architectures: [] },
      ],
      problems: [],
      problemCount: 0,
      ...more,
    }),
    post: async (preview, { event = { workflow_run: run }, argv = [], env = {} } = {}) => {
      const file = path.join(folder, 'preview.json');
      await writeFile(file, typeof preview === 'string' ? preview : JSON.stringify(preview));
      await writeFile(path.join(folder, 'event.json'), JSON.stringify(event));
      return await runMain(['post-preview', file, '--author', login, ...argv], {
        commands,
        env: {
          GITHUB_TOKEN: token,
          GITHUB_REPOSITORY: `${emulated.owner}/${emulated.repo}`,
          GITHUB_API_URL: front,
          GITHUB_EVENT_PATH: path.join(folder, 'event.json'),
          ...env,
        },
      });
    },
    comments: async () => {
      const { data } = await client.request('GET /repos/{owner}/{repo}/issues/{issue_number}/comments', {
        ...emulated,
        issue_number: pull.number,
      });
      return data.map(({ user, body }) => ({ user: user?.login ?? '', body: body ?? '' }));
    },
    checks: async (at = head) => {
      const { data } = await client.request('GET /repos/{owner}/{repo}/commits/{ref}/check-runs', {
        ...emulated,
        ref: at,
      });
      return data.check_runs.map(({ conclusion, name }) => ({ conclusion, name }));
    },
    moveOn: () => {
      moved = true;
    },
    comment: async (body) => {
      await other.client.request('POST /repos/{owner}/{repo}/issues/{issue_number}/comments', {
        ...emulated,
        issue_number: pull.number,
        body,
      });
    },
  };
}

describe('post-preview', () => {
  it('writes one comment and a check run, and nothing when nothing is new', async (t) => {
    const { post, preview, comments, checks } = await start(t);
    const first = await post(preview());
    assert.equal(first.stderr, '');
    assert.match(first.stdout, /: success; comment created, check created\./);
    assert.match((await post(preview())).stdout, /comment unchanged, check unchanged/);
    const bad = preview({ problems: [{ message: 'wrong' }], problemCount: 1 });
    assert.match((await post(bad)).stdout, /failure; comment updated, check updated/);
    const [comment, ...more] = await comments();
    assert.deepEqual(more, []);
    assert.match(comment?.body ?? '', /`wrong`/);
    assert.match(
      comment?.body ?? '',
      /\[Logs and images\]\(https:\/\/github\.example\/o\/r\/actions\/runs\/5\)/,
    );
    assert.deepEqual(await checks(), [{ conclusion: 'failure', name: 'aperiodic preview' }]);
  });

  it('says that code changes, from what GitHub lists and not from the preview', async (t) => {
    const { post, preview, comments } = await start(t);
    await post(preview());
    assert.match(
      (await comments())[0]?.body ?? '',
      /This also changes code: 1 file\.[\s\S]*\n\.github\/workflows\/x\.yaml\n/,
    );
  });

  it('leaves comments of others alone, however they begin', async (t) => {
    const { post, preview, comments, comment } = await start(t);
    await comment('<!-- aperiodic: preview -->\nI am the preview');
    await post(preview());
    const all = await comments();
    assert.deepEqual(
      all.map(({ user }) => user),
      ['somebody', login],
    );
    assert.match(all[0]?.body ?? '', /I am the preview/);
  });

  it('does not comment where no image is touched', async (t) => {
    const { post, preview, comments, checks } = await start(t);
    assert.match((await post(preview({ streams: [] }))).stdout, /comment none, check created/);
    assert.deepEqual([await comments(), (await checks()).length], [[], 1]);
  });

  it('refuses a preview that claims another pull request or commit', async (t) => {
    const { post, preview, comments, checks, number } = await start(t);
    const claims = [preview({ pull: number + 1 }), preview({ head: 'f'.repeat(40) })];
    const { pull, ...without } = preview();
    for (const claim of [...claims, without]) {
      const { code, stderr } = await post(claim);
      assert.equal(code, 1);
      assert.match(stderr, /nothing is posted/);
    }
    assert.equal(pull, number);
    assert.deepEqual([await comments(), await checks()], [[], []]);
  });

  it('refuses data that breaks the schema, and runs that no pull request started', async (t) => {
    const { post, preview, comments, head } = await start(t);
    const bad = [
      {},
      'not json',
      { ...preview(), html: '<b>' },
      { ...preview(), streams: [{ stream: '../x' }] },
    ];
    for (const value of bad) assert.equal((await post(value)).code, 1);
    const run = {
      event: 'push',
      head_sha: head,
      head_branch: 'feature',
      html_url: '',
      head_repository: { owner: { login } },
    };
    assert.match((await post(preview(), { event: { workflow_run: run } })).stderr, /started by push/);
    assert.match((await post(preview(), { event: {} })).stderr, /say which/);
    const evil = { ...run, event: 'pull_request', head_repository: { owner: { login: 'a:b&c' } } };
    assert.match((await post(preview(), { event: { workflow_run: evil } })).stderr, /login/);
    assert.deepEqual(await comments(), []);
  });

  it('posts nothing once the branch has moved on', async (t) => {
    const { post, preview, comments, moveOn } = await start(t);
    moveOn();
    const { code, stdout } = await post(preview());
    assert.deepEqual(
      [code, stdout.trim()],
      [0, 'Nothing posted: the pull request has moved on, or is closed.'],
    );
    assert.deepEqual(await comments(), []);
  });

  it('can be told the number by hand', async (t) => {
    const { post, preview, number } = await start(t);
    const event = {};
    assert.equal((await post(preview(), { event, argv: ['--pull', String(number)] })).code, 0);
    assert.equal((await post(preview(), { event, argv: ['--pull', '12; id'] })).code, 1);
    assert.match(
      (await post(preview(), { event, argv: ['--pull', '999'] })).stderr,
      /GitHub: read pull request 999: it is not there/,
    );
  });

  it('says what is missing, and sends no token in the clear', async (t) => {
    const { post, preview } = await start(t);
    const cases: [Record<string, string>, RegExp][] = [
      [{ GITHUB_TOKEN: '' }, /GITHUB_TOKEN is not set/],
      [{ GITHUB_REPOSITORY: 'a/../b' }, /GITHUB_REPOSITORY is not set/],
      [{ GITHUB_API_URL: 'http://api.example.org' }, /GITHUB_API_URL is not an https address/],
      [{ GITHUB_TOKEN: 'wrong\n' }, /GITHUB_TOKEN is not set/],
    ];
    for (const [env, words] of cases) {
      const { stderr } = await post(preview(), { env });
      assert.match(stderr, words);
      assert.ok(!stderr.includes(token));
    }
  });
});
