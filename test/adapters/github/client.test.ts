import assert from 'node:assert/strict';
import { createServer } from 'node:http';
import { connect } from 'node:net';
import { describe, it } from 'node:test';
import { createGithubClient } from '../../../scripts/adapters/github/client.ts';
import { upsertComment } from '../../../scripts/adapters/github/comment.ts';
import { listPullPaths } from '../../../scripts/adapters/github/pulls.ts';
import { serveOnLoopback } from '../../support/serve-on-loopback.ts';

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

describe('a runner behind a proxy', () => {
  it('reaches GitHub through it', async (t) => {
    const api = await serveOnLoopback(t, (request, response) => {
      response.setHeader('content-type', 'application/json');
      response.end(JSON.stringify([{ filename: request.headers.authorization }]));
    });
    const asked: string[] = [];
    const proxy = createServer();
    proxy.on('connect', (request, socket) => {
      asked.push(String(request.url));
      const onward = connect(Number(new URL(api).port), '127.0.0.1', () => {
        socket.write('HTTP/1.1 200 OK\r\n\r\n');
        onward.pipe(socket).pipe(onward);
      });
    });
    process.env.GITHUB_API_URL = 'http://api.example.org';
    process.env.http_proxy = await serveOnLoopback(t, proxy);
    const client = createGithubClient({ token: 'secret', apiUrl: 'http://api.example.org', clock });
    assert.deepEqual(await listPullPaths(client, repository, 1), ['token secret']);
    assert.deepEqual(asked, ['api.example.org:80']);
  });
});
