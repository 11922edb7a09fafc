import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { createGithubClient } from '../../../scripts/adapters/github/client.ts';
import { type IssuesWish, tendIssues } from '../../../scripts/adapters/github/issues.ts';
import { markerPrefix } from '../../../scripts/render/deadlines.ts';

const repository = { owner: 'testix', repo: 'images' };

interface Issue {
  number: number;
  title: string;
  body: string;
  state: string;
  user: { login: string };
  pull_request?: object;
}

/** Issues in memory, behind as much of the API as we call. */
function createServer(issues: Issue[] = []) {
  const writes: string[] = [];
  const client = createGithubClient({
    token: 'x',
    apiUrl: 'https://api.example.org',
    clock: { now: () => new Date(), sleep: async () => undefined },
    fetch: async (input, init) => {
      const url = new URL(String(input));
      const method = init?.method ?? 'GET';
      const sent: Partial<Issue> = typeof init?.body === 'string' ? JSON.parse(init.body) : {};
      const [, number] = /^\/repos\/testix\/images\/issues(?:\/(\d+))?$/.exec(url.pathname) ?? [];
      if (method === 'GET')
        return answer(issues.filter(({ state }) => state === url.searchParams.get('state')));
      writes.push(`${method} ${number ?? 'new'} ${Object.keys(sent).sort().join()}`);
      if (method === 'POST') {
        const made = {
          number: issues.length + 1,
          title: '',
          body: '',
          state: 'open',
          user: { login: 'robot' },
          ...sent,
        };
        issues.push(made);
        return answer(made, 201);
      }
      const found = issues.find((issue) => issue.number === Number(number));
      return answer(Object.assign(found ?? {}, sent));
    },
  });
  return { client, issues, writes };
}

function answer(value: unknown, status = 200): Response {
  return new Response(JSON.stringify(value), { status, headers: { 'content-type': 'application/json' } });
}

const issue = (stream: string, text: string) => {
  const marker = `${markerPrefix}${stream} -->`;
  return { marker, title: `Title of ${stream}`, body: `${marker}\n${text}\n` };
};
const wish = (...issues: IssuesWish['issues']): IssuesWish => ({
  author: 'robot',
  prefix: markerPrefix,
  issues,
});

describe('issues', () => {
  it('are opened once, written anew when they change, and closed when they are over', async () => {
    const { client, issues, writes } = createServer();
    const run = async (...wanted: IssuesWish['issues']) =>
      (await tendIssues(client, repository, wish(...wanted))).map(({ number, done }) => `${number} ${done}`);
    assert.deepEqual(await run(issue('a-1/x', 'one'), issue('b-1/y', 'two')), ['1 created', '2 created']);
    const before = writes.length;
    assert.deepEqual(await run(issue('a-1/x', 'one'), issue('b-1/y', 'two')), ['1 unchanged', '2 unchanged']);
    assert.equal(writes.length, before, 'nothing is written the second time');
    assert.deepEqual(await run(issue('a-1/x', 'more')), ['1 updated', '2 closed']);
    assert.deepEqual(await run(issue('a-1/x', 'more')), ['1 unchanged']);
    assert.deepEqual(await run(), ['1 closed']);
    assert.deepEqual(
      issues.map(({ state }) => state),
      ['closed', 'closed'],
    );
    // What is at risk again is said again, in a new one: the old is of the past.
    assert.deepEqual(await run(issue('a-1/x', 'again')), ['3 created']);
  });

  it('of others are left alone, and so are pull requests', async () => {
    const { title, body } = issue('a-1/x', 'one');
    const base = { title, body, state: 'open' };
    const others: Issue[] = [
      { ...base, number: 1, user: { login: 'mallory' } },
      { ...base, number: 2, user: { login: 'robot' }, pull_request: {} },
      { ...base, number: 3, user: { login: 'robot' }, body: `Quoted:\n${body}` },
    ];
    const { client, writes } = createServer(others);
    assert.deepEqual(await tendIssues(client, repository, wish()), []);
    assert.deepEqual(writes, []);
  });

  it('that two runs opened at once become one', async () => {
    const { title, body } = issue('a-1/x', 'one');
    const two = [1, 2].map((number) => ({ number, title, body, state: 'open', user: { login: 'robot' } }));
    const { client } = createServer(two);
    const results = await tendIssues(client, repository, wish(issue('a-1/x', 'one')));
    assert.deepEqual(
      results.map(({ number, done }) => [number, done]),
      [
        [1, 'unchanged'],
        [2, 'closed'],
      ],
    );
  });

  it('are known again when GitHub changed the ends of lines', async () => {
    const { title, body, marker } = issue('a-1/x', 'one');
    const changed = {
      number: 1,
      title,
      body: body.replaceAll('\n', '\r\n'),
      state: 'open',
      user: { login: 'robot' },
    };
    const { client } = createServer([changed]);
    assert.deepEqual(await tendIssues(client, repository, wish(issue('a-1/x', 'one'))), [
      { marker, number: 1, done: 'unchanged' },
    ]);
  });
});
