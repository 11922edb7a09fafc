import assert from 'node:assert/strict';
import { describe, it, type TestContext } from 'node:test';
import { createGithubClient } from '../../../scripts/adapters/github/client.ts';
import { createGithubForge } from '../../../scripts/adapters/github/forge.ts';
import { AperiodicError } from '../../../scripts/model/errors.ts';
import { emulated, type Github, startGithub, token } from '../../support/github.ts';

const record = 'releases/testix-1/cloud-base/20261122.0.published.yaml';
const release = 'releases/testix-1/cloud-base/20261122.0.yaml';

interface Fault {
  /** `PATCH /git/refs` */
  call: string;
  status?: number;
  headers?: Record<string, string>;
  message?: string;
  /** The call is carried out, and its answer is lost. */
  lost?: boolean;
  /** Before the call, once. */
  before?: () => Promise<unknown>;
}

interface World extends Github {
  faults: Fault[];
  calls: string[];
  slept: number[];
  forge: ReturnType<typeof createGithubForge>;
}

/** The stand-in, seen through a network that fails where it is told to. */
async function start(t: TestContext, files: Record<string, string> = {}): Promise<World> {
  const github = await startGithub(t);
  if (Object.keys(files).length > 0) await github.push(files, 'Begin');
  const faults: Fault[] = [];
  const calls: string[] = [];
  const slept: number[] = [];
  let time = Date.parse('2026-11-22T12:00:00Z');
  const clock = {
    now: () => new Date(time),
    sleep: async (ms: number) => {
      slept.push(ms);
      time += ms;
    },
  };
  const client = createGithubClient({
    token,
    apiUrl: github.url,
    clock,
    fetch: async (input, init) => {
      const call = `${init?.method} ${String(input).replace(/^.*\/images/, '')}`;
      calls.push(call);
      const at = faults.findIndex((fault) => call.startsWith(fault.call));
      const [fault] = at < 0 ? [] : faults.splice(at, 1);
      await fault?.before?.();
      if (fault?.status !== undefined) {
        const headers = { 'content-type': 'application/json', ...fault.headers };
        return new Response(JSON.stringify({ message: fault.message ?? 'Oops' }), {
          status: fault.status,
          headers,
        });
      }
      const response = await fetch(input, init);
      if (fault?.lost === true) throw new TypeError('fetch failed');
      return response;
    },
  });
  const forge = createGithubForge({ client, repository: emulated, branch: 'main', clock });
  return { ...github, faults, calls, slept, forge };
}

const readMain = async ({ forge }: World) => (await forge.head()).commit;

const write = (forge: World['forge'], path = record, content = 'made\n') =>
  forge.commit({ message: 'Record\n', render: async () => [{ path, content }] });

describe('a tree of the API', () => {
  it('reads and lists what the branch holds, by commit', async (t) => {
    const { forge, push } = await start(t, {
      'releases/a/b/stream.yaml': 'name: ä\n',
      'kickstarts/a.ks': 'x\n',
    });
    const tree = await forge.head();
    assert.match(tree.commit, /^[0-9a-f]{40}$/);
    assert.deepEqual(await tree.list('releases'), ['releases/a/b/stream.yaml']);
    assert.equal(await tree.read('releases/a/b/stream.yaml'), 'name: ä\n');
    assert.equal(await tree.read('releases/none.yaml'), undefined);
    assert.ok(Date.now() - tree.date.getTime() < 3_600_000);
    await push({ 'kickstarts/a.ks': 'y\n' }, 'Later');
    assert.equal(await tree.read('kickstarts/a.ks'), 'x\n');
    assert.equal(await (await forge.head()).read('kickstarts/a.ks'), 'y\n');
  });

  it('refuses links and paths that leave it', async (t) => {
    const { forge, client, subjects } = await start(t, { 'a.txt': 'a\n' });
    const head = await forge.head();
    const { data: tree } = await client.request('POST /repos/{owner}/{repo}/git/trees', {
      ...emulated,
      tree: [{ path: 'releases/link.yaml', mode: '120000', type: 'blob', content: '/etc/passwd' }],
    });
    const { data } = await client.request('POST /repos/{owner}/{repo}/git/commits', {
      ...emulated,
      message: 'Link',
      tree: tree.sha,
      parents: [head.commit],
    });
    await client.request('PATCH /repos/{owner}/{repo}/git/refs/{ref}', {
      ...emulated,
      ref: 'heads/main',
      sha: data.sha,
    });
    assert.equal((await subjects())[0], 'Link');
    const linked = await forge.head();
    await assert.rejects(linked.read('releases/link.yaml'), /is a symbolic link/);
    await assert.rejects(linked.read('../secret'), /not a path inside/);
  });
});

describe('a commit by the API', () => {
  it('lands on main with one parent and no author of its own, and a second time writes nothing', async (t) => {
    const world = await start(t);
    const before = (await world.forge.head()).commit;
    const commit = await write(world.forge);
    assert.equal(await world.read(record), 'made\n');
    const { data } = await world.client.request('GET /repos/{owner}/{repo}/git/commits/{commit_sha}', {
      ...emulated,
      commit_sha: commit,
    });
    assert.deepEqual(
      data.parents.map(({ sha }) => sha),
      [before],
    );
    const calls = world.calls.length;
    assert.equal(await write(world.forge), commit);
    assert.deepEqual(
      world.calls.slice(calls).filter((call) => !call.startsWith('GET')),
      [],
    );
  });

  it('is rendered again on top of what others pushed first, and loses nothing', async (t) => {
    const world = await start(t);
    world.faults.push({
      call: 'PATCH /git/refs',
      before: () => world.push({ 'people.txt': 'hello\n' }, 'Person'),
    });
    const seen: (string | undefined)[] = [];
    await world.forge.commit({
      message: 'Record\n',
      render: async (tree) => {
        seen.push(await tree.read('people.txt'));
        return [{ path: record, content: `after ${seen.at(-1)}` }];
      },
    });
    assert.deepEqual(seen, [undefined, 'hello\n']);
    assert.equal(await world.read(record), 'after hello\n');
    assert.deepEqual((await world.subjects()).slice(0, 2), ['Record', 'Person']);
  });

  it('whose answer was lost is found to be there', async (t) => {
    const world = await start(t);
    world.faults.push({ call: 'PATCH /git/refs', lost: true });
    await write(world.forge);
    assert.deepEqual((await world.subjects()).filter((subject) => subject === 'Record').length, 1);
  });

  it('whose answer was lost before somebody pushed on top is found there, too', async (t) => {
    const world = await start(t);
    world.faults.push({ call: 'PATCH /git/refs', lost: true });
    world.faults.push({ call: 'PATCH /git/refs', before: () => world.push({ 'people.txt': '' }, 'Person') });
    await write(world.forge);
    assert.deepEqual((await world.subjects()).slice(0, 2), ['Person', 'Record']);
  });

  it('waits as long as GitHub asks, and for servers that fail', async (t) => {
    const world = await start(t);
    world.faults.push(
      {
        call: 'POST /git/trees',
        status: 403,
        headers: { 'retry-after': '60' },
        message: 'secondary rate limit',
      },
      { call: 'POST /git/commits', status: 502 },
      { call: 'GET /git/ref', status: 429 },
    );
    await write(world.forge);
    assert.ok(world.slept.includes(60_000));
    assert.equal(await world.read(record), 'made\n');
  });

  it('may touch records and new release files only', async (t) => {
    const world = await start(t, { [release]: 'there\n' });
    for (const path of [
      'README.md',
      '.github/workflows/x.yaml',
      'releases/targets.yaml',
      'releases/a/b/pins.amd64.yaml',
    ])
      await assert.rejects(write(world.forge, path), { code: 'internal' });
    await assert.rejects(write(world.forge, release, 'other\n'), { code: 'conflict' });
    assert.deepEqual(
      world.calls.filter((call) => !call.startsWith('GET')),
      [],
    );
  });

  it('never uses force', async (t) => {
    const world = await start(t);
    const bodies: unknown[] = [];
    const client = createGithubClient({
      token,
      apiUrl: world.url,
      clock: { now: () => new Date(), sleep: async () => undefined },
      fetch: async (input, init) => {
        if (init?.method === 'PATCH') bodies.push(JSON.parse(String(init.body)));
        return await fetch(input, init);
      },
    });
    const clock = { now: () => new Date(), sleep: async () => undefined };
    await write(createGithubForge({ client, repository: emulated, branch: 'main', clock }));
    assert.deepEqual(bodies, [{ sha: await readMain(world), force: false }]);
  });
});

describe('an error of GitHub', () => {
  const cases: [Omit<Fault, 'call'>, string, RegExp][] = [
    [
      { status: 401, message: 'Bad credentials' },
      'denied',
      /the token may not do this.*\(401\): Bad credentials/,
    ],
    [{ status: 403, message: 'Resource not accessible by integration' }, 'denied', /not accessible/],
    [{ status: 404, message: 'Not Found' }, 'not-found', /may not see it/],
    [
      { status: 422, message: 'Repository rule violations found' },
      'conflict',
      /Repository rule violations found/,
    ],
    [{ status: 422, message: 'x\u001b[31m\n::error::y' }, 'conflict', /x \[31m ::error::y/],
  ];
  it('has one of our codes, GitHub\u2019s words on one line, and no token', async (t) => {
    const world = await start(t);
    for (const [fault, code, message] of cases) {
      world.faults.push({ call: 'PATCH /git/refs', ...fault });
      const error = await write(world.forge).catch((reason: unknown) => reason);
      assert.ok(error instanceof AperiodicError);
      assert.equal(error.code, code);
      assert.match(error.message, message);
      assert.ok(!JSON.stringify([error.message, error.detail, error.stack, error.cause]).includes(token));
    }
    assert.deepEqual(world.slept, []);
  });

  it('is given up after minutes, not at once and not never', async (t) => {
    const world = await start(t);
    world.faults.push(...Array.from({ length: 100 }, () => ({ call: 'GET /git/ref', status: 503 })));
    await assert.rejects(write(world.forge), { code: 'unreachable' });
    const waited = world.slept.reduce((sum, ms) => sum + ms, 0);
    assert.ok(waited > 60_000 && waited <= 180_000, String(waited));
  });
});
