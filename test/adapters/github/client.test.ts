import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { createGithubClient } from '../../../scripts/adapters/github/client.ts';
import { upsertComment } from '../../../scripts/adapters/github/comment.ts';
import { listPullPaths } from '../../../scripts/adapters/github/pulls.ts';

const repository = { owner: 'testix', repo: 'images' };
const clock = { now: () => new Date(), sleep: async () => undefined };

/** A list in pages as GitHub gives it: https://docs.github.com/en/rest/using-the-rest-api/using-pagination-in-the-rest-api */
function pagesOf(pages: unknown[][], seen: string[] = []): typeof fetch {
  return async (input, init) => {
    const url = new URL(String(input));
    const page = Number(url.searchParams.get('page') ?? 1);
    seen.push(`${init?.method} ${page}`);
    url.searchParams.set('page', String(page + 1));
    return Response.json(pages[page - 1] ?? [], {
      headers: page < pages.length ? { link: `<${url}>; rel="next"` } : {},
    });
  };
}

const clientOf = (fetch: typeof globalThis.fetch) =>
  createGithubClient({ token: 'x', apiUrl: 'https://api.example.org', clock, fetch });

describe('lists of GitHub', () => {
  it('are read to the last page', async () => {
    const fetch = pagesOf([[{ filename: 'a' }], [{ filename: 'b', previous_filename: 'c' }]]);
    assert.deepEqual(await listPullPaths(clientOf(fetch), repository, 1), ['a', 'b', 'c']);
  });

  it('are read no further than our comment', async () => {
    const theirs = { id: 1, user: { login: 'mallory' }, body: '<!-- ours -->\ntext' };
    const ours = { ...theirs, id: 2, user: { login: 'robot' } };
    const seen: string[] = [];
    const done = await upsertComment(clientOf(pagesOf([[theirs], [ours], [ours]], seen)), repository, {
      pull: 1,
      author: 'robot',
      marker: '<!-- ours -->',
      body: ours.body,
      create: true,
    });
    assert.equal(done, 'unchanged');
    assert.deepEqual(seen, ['GET 1', 'GET 2']);
  });
});
