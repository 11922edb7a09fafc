import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import { fetchLimits, fetchText } from '../../../scripts/adapters/published/fetch-text.ts';
import { AperiodicError, type ErrorCode } from '../../../scripts/model/errors.ts';
import { serveOnLoopback } from '../../support/serve-on-loopback.ts';

const limits = { bytes: 1000, milliseconds: 5000, redirects: 2 };

async function setUp(t: TestContext) {
  return await serveOnLoopback(t, (request, response) => {
    switch (request.url) {
      case '/text':
        return void response.end('a text');
      case '/large':
        return void response.end('x'.repeat(1001));
      case '/binary':
        return void response.end(Buffer.from([0xff, 0xfe]));
      case '/once':
        return void response.writeHead(302, { location: '/text' }).end();
      case '/round':
        return void response.writeHead(302, { location: '/round' }).end();
      case '/away':
        return void response.writeHead(302, { location: 'http://example.org/' }).end();
      case '/broken':
        return void response.writeHead(500).end('no');
      case '/silent':
        return undefined;
      default:
        return void response.writeHead(404).end();
    }
  });
}

const fails = async (work: Promise<string>, code: ErrorCode, message: RegExp) =>
  await assert.rejects(
    work,
    (error) => error instanceof AperiodicError && error.code === code && message.test(error.located),
  );

test('a text comes, also by a redirect', async (t) => {
  const address = await setUp(t);
  assert.equal(await fetchText(`${address}/text`, limits), 'a text');
  assert.equal(await fetchText(`${address}/once`), 'a text');
  assert.ok(fetchLimits.bytes > limits.bytes);
});

test('what is large, odd, elsewhere or silent is refused', async (t) => {
  const address = await setUp(t);
  await fails(fetchText(`${address}/large`, limits), 'invalid', /larger than 1000 bytes/);
  await fails(fetchText(`${address}/binary`, limits), 'invalid', /is not UTF-8/);
  await fails(fetchText(`${address}/round`, limits), 'unreachable', /redirected more than 2 times/);
  await fails(fetchText(`${address}/away`, limits), 'invalid', /is not an https address/);
  await fails(fetchText(`${address}/broken`, limits), 'unreachable', /answered 500/);
  await fails(fetchText(`${address}/none`, limits), 'not-found', /no such file/);
  await fails(
    fetchText(`${address}/silent`, { ...limits, milliseconds: 100 }),
    'unreachable',
    /took too long/,
  );
  await fails(fetchText('http://127.0.0.1:1/', limits), 'unreachable', /could not be reached/);
});
