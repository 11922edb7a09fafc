import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { type IssuesWish, tendIssues, updateIssue } from '../../../scripts/adapters/github/issues.ts';
import { markerPrefix } from '../../../scripts/render/deadlines.ts';
import { createIssueServer, type Issue, repository } from '../../support/github-issues.ts';

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
    const { client, issues, writes } = createIssueServer();
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

  it('remember what they are told to, whatever else of them changes', async () => {
    const { client, issues, writes } = createIssueServer();
    const { marker, title } = issue('a-1/x', '');
    const run = async (text: string) => {
      const body = (now = '') => `${marker}\n${text} after ${/one|two/.exec(now)?.[0] ?? 'nothing'}\n`;
      const [result] = await tendIssues(client, repository, wish({ marker, title, body }));
      assert.equal(result?.body, issues[0]?.body);
      return result?.done;
    };
    assert.deepEqual([await run('one'), issues[0]?.body], ['created', `${marker}\none after nothing\n`]);
    assert.deepEqual([await run('two'), issues[0]?.body], ['updated', `${marker}\ntwo after one\n`]);
    const before = writes.length;
    await updateIssue(client, repository, 1, { body: `${marker}\ntwo after two\n` });
    assert.deepEqual([await run('two'), writes.length - before], ['unchanged', 1]);
  });

  it('of others are left alone, and so are pull requests', async () => {
    const { title, body } = issue('a-1/x', 'one');
    const base = { title, body, state: 'open' };
    const others: Issue[] = [
      { ...base, number: 1, user: { login: 'mallory' } },
      { ...base, number: 2, user: { login: 'robot' }, pull_request: {} },
      { ...base, number: 3, user: { login: 'robot' }, body: `Quoted:\n${body}` },
    ];
    const { client, writes } = createIssueServer(others);
    assert.deepEqual(await tendIssues(client, repository, wish()), []);
    assert.deepEqual(writes, []);
  });

  it('that two runs opened at once become one', async () => {
    const { title, body } = issue('a-1/x', 'one');
    const two = [1, 2].map((number) => ({ number, title, body, state: 'open', user: { login: 'robot' } }));
    const { client } = createIssueServer(two);
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
    const { client } = createIssueServer([changed]);
    assert.deepEqual(await tendIssues(client, repository, wish(issue('a-1/x', 'one'))), [
      { marker, number: 1, done: 'unchanged', body: issue('a-1/x', 'one').body },
    ]);
  });
});
