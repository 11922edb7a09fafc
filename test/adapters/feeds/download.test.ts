import assert from 'node:assert/strict';
import type { RequestListener } from 'node:http';
import test from 'node:test';
import { serveOnLoopback } from '../../support/serve-on-loopback.ts';
import { temporaryFolder } from '../../support/temporary-folder.ts';
import { load, osvEntry, osvFeed } from './feeds-world.ts';

/** A server whose answer the test changes, and what it was asked. */
async function createServer(t: Parameters<typeof temporaryFolder>[0]) {
  const asked: (string | undefined)[] = [];
  let answer: RequestListener = (_, response) => void response.end('{}');
  const address = await serveOnLoopback(t, (request, response) => {
    asked.push(request.headers['if-none-match']);
    answer(request, response);
  });
  const folder = await temporaryFolder(t);
  const ask = (limits = {}) =>
    load({ feeds: [osvFeed], addresses: { [osvFeed.id]: { url: `${address}/a.json` } }, folder, limits });
  return {
    asked,
    address,
    ask,
    reply: (listener: RequestListener) => {
      answer = listener;
    },
  };
}

test('what did not change is not asked for again; a server that is away leaves the older copy, and it is said', async (t) => {
  const { asked, ask, reply } = await createServer(t);
  reply((request, response) => {
    const known = request.headers['if-none-match'] === '"1"';
    response.writeHead(known ? 304 : 200, { etag: '"1"' }).end(known ? '' : osvEntry('MADE-UP-1'));
  });
  for (let turn = 0; turn < 2; turn++) assert.deepEqual((await ask()).feeds[0]?.state, 'read');
  assert.deepEqual(asked, [undefined, '"1"']);
  reply((_, response) => void response.writeHead(503).end('x'));
  const stale = await ask();
  assert.deepEqual([stale.feeds[0]?.state, stale.advisories.length], ['stale', 1]);
  assert.deepEqual(stale.warnings, [
    'made-up-osv: the server answered 503; the copy of 2026-11-22T12:00:00Z is used',
  ]);
  reply((_, response) => void response.writeHead(200, { etag: '"2"' }).end(osvEntry('MADE-UP-2')));
  assert.equal((await ask()).advisories[0]?.id, 'MADE-UP-2');
});

test('a server that is hostile or slow', async (t) => {
  const { address, ask, reply } = await createServer(t);
  const say = async (listener: RequestListener, limits = {}) => {
    reply(listener);
    const { feeds, warnings } = await ask(limits);
    assert.equal(feeds[0]?.state, 'failed');
    return warnings.join();
  };
  assert.match(
    await say((_, response) => void response.end('x'.repeat(3_000_000)), { packedBytes: 2 ** 20 }),
    /larger than the 1 MiB/,
  );
  assert.match(await say(() => undefined, { silenceMs: 100 }), /did not answer/);
  assert.match(await say((_, response) => void response.write('{'), { silenceMs: 100 }), /fell silent/);
  assert.match(await say((_, response) => void response.write('{'), { downloadMs: 100 }), /took too long/);
  assert.match(await say((request) => void request.socket.destroy()), /could not be reached/);
  const to = (location: string): RequestListener => {
    return (_, response) => void response.writeHead(302, { location }).end();
  };
  assert.match(await say(to('http://example.org/')), /not https/);
  assert.match(await say(to('file:///etc/passwd')), /not https/);
  assert.match(await say(to(`${address}/again`)), /more than 5 times/);
});
