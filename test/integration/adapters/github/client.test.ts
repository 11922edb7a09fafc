import assert from 'node:assert/strict';
import { createServer } from 'node:http';
import { connect } from 'node:net';
import { describe, it } from 'node:test';
import { createGithubClient } from '../../../../scripts/adapters/github/client.ts';
import { listPullPaths } from '../../../../scripts/adapters/github/pulls.ts';
import { serveOnLoopback } from '../../../support/serve-on-loopback.ts';

const repository = { owner: 'testix', repo: 'images' };
const clock = { now: () => new Date(), sleep: async () => undefined };

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
    // Read once a process, with the first call.
    process.env.GITHUB_API_URL = 'http://api.example.org';
    process.env.http_proxy = await serveOnLoopback(t, proxy);
    const client = createGithubClient({ token: 'secret', apiUrl: 'http://api.example.org', clock });
    assert.deepEqual(await listPullPaths(client, repository, 1), ['token secret']);
    assert.deepEqual(asked, ['api.example.org:80']);
  });
});
