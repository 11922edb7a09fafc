import assert from 'node:assert/strict';
import { describe, it, type TestContext } from 'node:test';
import { createGithubClient } from '../../../scripts/adapters/github/client.ts';
import { createGithubReleasePages } from '../../../scripts/adapters/github/release-pages.ts';
import { emulated, startGithub, token } from '../../support/github.ts';

const stream = 'releases/testix-1/cloud-base';
const page = {
  tag: 'testix-1/cloud-base/20261122.0',
  file: `${stream}/20261122.0.published.yaml`,
  title: 'Testix 1 20261122.0',
  body: '## A release\n\nof lines',
  withdrawn: false,
};

/** What GitHub lists may be read in other words than it was given in: `reword` stands for that. */
async function start(t: TestContext, reword: (text: string) => string = (text) => text) {
  const github = await startGithub(t);
  const commit = await github.push({ [page.file]: 'a record\n' }, 'Record');
  await github.push({ 'README.md': 'later\n' }, 'Later');
  const writes: string[] = [];
  const calls: string[] = [];
  const open = () => {
    const client = createGithubClient({
      token,
      apiUrl: github.url,
      clock: { now: () => new Date(), sleep: async () => undefined },
      fetch: async (input, init) => {
        const call = `${init?.method} ${String(input).replace(/^.*\/images\//, '')}`;
        calls.push(call);
        if (init?.method !== 'GET') writes.push(call);
        const answer = await fetch(input, init);
        if (init?.method !== 'GET') return answer;
        return new Response(reword(await answer.text()), answer);
      },
    });
    return createGithubReleasePages({ client, repository: emulated, branch: 'main' });
  };
  const list = async () => {
    const { data } = await github.client.request('GET /repos/{owner}/{repo}/releases', emulated);
    return data;
  };
  return { github, commit, writes, calls, open, list };
}

describe('releases of GitHub', () => {
  it('are made on the commit of their record, written anew when they change, and else left alone', async (t) => {
    const { commit, writes, calls, open, list } = await start(t);
    const pages = open();
    assert.equal(await pages.keep(page), 'created');
    assert.equal(await pages.keep(page), 'unchanged');
    const [made] = await list();
    assert.deepEqual(
      [made?.tag_name, made?.target_commitish, made?.name, made?.body, made?.draft, made?.prerelease],
      [page.tag, commit, page.title, page.body, false, false],
    );
    assert.equal(await open().keep(page), 'unchanged', 'the next run finds it');
    assert.deepEqual(writes, ['POST releases']);
    const withdrawn = { ...page, body: 'withdrawn', withdrawn: true };
    assert.equal(await open().keep(withdrawn), 'updated');
    assert.equal(await open().keep(withdrawn), 'unchanged');
    const [changed] = await list();
    assert.deepEqual([changed?.id, changed?.body, changed?.prerelease], [made?.id, 'withdrawn', true]);
    assert.deepEqual(writes, ['POST releases', `PATCH releases/${made?.id}`]);
    assert.equal(await open().keep(page), 'updated', 'a withdrawal can be taken back');
    calls.length = 0;
    const again = open();
    for (let i = 0; i < 20; i++) await again.keep(page);
    assert.deepEqual(calls, ['GET releases?per_page=100'], 'what is there is listed once');
  });

  it('say that they are not the latest of the repository', async (t) => {
    const { github } = await start(t);
    const sent: unknown[] = [];
    const client = createGithubClient({
      token,
      apiUrl: github.url,
      clock: { now: () => new Date(), sleep: async () => undefined },
      fetch: async (input, init) => {
        if (typeof init?.body === 'string') sent.push(JSON.parse(init.body).make_latest);
        return await fetch(input, init);
      },
    });
    const pages = createGithubReleasePages({ client, repository: emulated, branch: 'main' });
    await pages.keep(page);
    await pages.keep({ ...page, body: 'other' });
    assert.deepEqual(sent, ['false', 'false']);
  });

  it('are known again when GitHub changed the ends of lines', async (t) => {
    const { open, writes } = await start(t, (text) => text.replaceAll('\\n', '\\r\\n'));
    await open().keep(page);
    assert.equal(await open().keep(page), 'unchanged');
    assert.equal(writes.length, 1);
  });

  it('that the list does not show are asked for by their tag; drafts are left alone', async (t) => {
    const { github, open, list, writes } = await start(t, (text) =>
      text.startsWith('[{"url') ? '[]' : text,
    );
    await github.client.request('POST /repos/{owner}/{repo}/releases', {
      ...emulated,
      tag_name: 'testix-1/cloud-base/20261201.0',
      body: 'a draft of somebody',
      draft: true,
    });
    await open().keep(page);
    assert.equal(await open().keep(page), 'unchanged');
    assert.deepEqual([writes, (await list()).length], [['POST releases'], 2]);
  });

  it('are not made of what main does not have', async (t) => {
    const { open, writes } = await start(t);
    const missing = {
      ...page,
      tag: 'testix-1/x/20261122.0',
      file: 'releases/testix-1/x/20261122.0.published.yaml',
    };
    await assert.rejects(open().keep(missing), { code: 'not-found', file: missing.file });
    assert.deepEqual(writes, []);
  });

  it('that GitHub refuses fail by name', async () => {
    const client = createGithubClient({
      token: 'x',
      apiUrl: 'https://api.example.org',
      clock: { now: () => new Date(), sleep: async () => undefined },
      fetch: async (_, init) => {
        const refused = init?.method === 'POST';
        const body = refused
          ? { message: 'Resource not accessible by integration' }
          : [{ sha: 'a'.repeat(40) }];
        const found = !refused && !String(_).includes('/releases');
        const headers = { 'content-type': 'application/json' };
        const status = refused ? 403 : found ? 200 : String(_).includes('/tags/') ? 404 : 200;
        return new Response(JSON.stringify(found || refused ? body : []), { status, headers });
      },
    });
    const pages = createGithubReleasePages({ client, repository: emulated, branch: 'main' });
    await assert.rejects(pages.keep(page), {
      code: 'denied',
      message: /make the release testix-1\/cloud-base\/20261122\.0/,
    });
  });
});
