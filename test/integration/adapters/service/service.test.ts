import assert from 'node:assert/strict';
import { cp, mkdir, rename, rm, symlink, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { type TestContext, test } from 'node:test';
import fc from 'fast-check';
import { splitPath } from '../../../../scripts/adapters/service/files.ts';
import { watchGenerations } from '../../../../scripts/adapters/service/generation.ts';
import { createService, type ServiceOptions } from '../../../../scripts/adapters/service/service.ts';
import type { Catalog } from '../../../../scripts/model/catalog/catalog.ts';
import { assertValid } from '../../../../scripts/model/schema.ts';
import { base, loadFixture, now, versions } from '../../../model/catalog/catalog-fixture.ts';
import { makeKey } from '../../../support/openpgp.ts';
import { put, writePublished } from '../../../support/published-folder.ts';
import { renderApi, selectOffers } from '../../../support/render-data.ts';
import { temporaryFolder } from '../../../support/temporary-folder.ts';

const key = await makeKey('releases');
const catalog = await loadFixture();

async function generate(folder: string, from: Catalog = catalog): Promise<void> {
  await writePublished(folder, renderApi(from), key);
  await put(folder, 'index.html', '<!doctype html><title>Images</title>');
  await put(folder, '404.html', '<!doctype html><title>None</title>');
  await put(folder, 'streams/index.html', '<!doctype html><title>Streams</title>');
  await put(folder, '.hidden/secret.txt', 'secret');
}

async function setUp(t: TestContext, more: Partial<ServiceOptions> = {}) {
  const top = await temporaryFolder(t);
  const folder = path.join(top, 'site');
  await generate(folder);
  await writeFile(path.join(top, 'outside.txt'), 'outside');
  const errors: unknown[] = [];
  const generations = watchGenerations(folder, 0);
  const app = await createService({
    folder,
    rate: 0,
    trustProxy: [],
    now: () => now,
    generations,
    onError: (error) => errors.push(error),
    ...more,
  });
  t.after(() => app.close());
  const get = (url: string, headers: Record<string, string> = {}) =>
    app.inject({ method: 'GET', url, headers });
  return { top, folder, app, errors, get };
}

test('a file of a release that is published is on the mirrors; nothing else leads anywhere', async (t) => {
  const file = `${base}/${versions.current}/Testix-cloud-base-1-${versions.current}.amd64`;
  const none = await setUp(t);
  assert.equal((await none.get(`/${file}.qcow2`)).statusCode, 404, 'nobody said where the mirrors are');
  const { get, app, folder, errors } = await setUp(t, { downloads: 'https://mirror.example.org/images' });
  for (const name of [`${file}.qcow2`, `${file}.qcow2.asc`, `${file}.lxd.tar.xz`]) {
    const { statusCode, headers } = await get(`/${name}?x=//evil.example`);
    assert.deepEqual([statusCode, headers.location], [302, `https://mirror.example.org/images/${name}`]);
  }
  assert.equal((await app.inject({ method: 'HEAD', url: `/${file}.qcow2` })).statusCode, 302);
  const hidden = `${base}/${versions.withdrawn}/Testix-cloud-base-1-${versions.withdrawn}.amd64.qcow2`;
  for (const url of [
    `/${hidden}`,
    `/${file}.raw`,
    `/${file}.qcow2/x`,
    `//evil.example/${file}.qcow2`,
    `/${base}/99999999.0/x`,
    `/${base}/../cloud-base`,
    '/evil-1/cloud-base/20261101.0/x',
  ]) {
    const { statusCode, headers } = await get(url);
    assert.deepEqual([statusCode, headers.location], [404, undefined], url);
  }
  const top = await setUp(t, { downloads: 'https://mirror.example.org' });
  const back = await top.get(`/${file}.qcow2`, { host: 'mirror.example.org' });
  assert.equal(back.statusCode, 404, 'who came from there is not sent back');
  await put(folder, `${file}.qcow2`, 'it is here');
  assert.equal((await get(`/${file}.qcow2`)).body, 'it is here');
  assert.deepEqual(errors, []);
});

test('where the mirrors are is read from what is published', async (t) => {
  const { folder, get } = await setUp(t);
  await writePublished(folder, renderApi(catalog, { downloads: 'https://mirror.example.org' }), key);
  const { headers } = await get(
    `/${base}/${versions.current}/Testix-cloud-base-1-${versions.current}.arm64.qcow2`,
  );
  assert.match(String(headers.location), /^https:\/\/mirror\.example\.org\/testix-1\/cloud-base\//);
});

const errorOf = (body: string) => assertValid('ApiError', JSON.parse(body)).error;

test('a query over HTTP finds what the same query finds anywhere', async (t) => {
  const { get } = await setUp(t);
  const asked = 'distribution=testix&image=cloud-base&arch=x86_64&region=eu-west-1';
  const { statusCode, headers, body } = await get(`/api/v1/find?${asked}`);
  assert.equal(statusCode, 200);
  assert.match(String(headers['content-type']), /^application\/json/);
  assert.equal(headers['cache-control'], 'public, max-age=60');
  const { matches } = assertValid('ApiFound', JSON.parse(body));
  const query = {
    distribution: 'testix',
    image: 'cloud-base',
    machine: 'x86_64',
    region: 'eu-west-1',
  } as const;
  assert.deepEqual(
    matches.map(({ version, offer }) => [version, offer.kind === 'ami' && offer.ami]),
    selectOffers(catalog, query, now).map((offer) => [offer.version, offer.kind === 'ami' && offer.ami]),
  );
  const all = assertValid('ApiFound', JSON.parse((await get('/api/v1/find')).body));
  assert.equal(all.matches.length, selectOffers(catalog, {}, now).length);
  assert.equal((await get('/api/v1/find?at=2026-10-02')).statusCode, 200);
});

test('a query that cannot be meant is 400, one that fits nothing 404 with the reason', async (t) => {
  const { get, errors } = await setUp(t);
  for (const words of [
    'arch=mips',
    'region=x',
    'at=2026-02-30',
    'image=',
    'image=a&image=b',
    'colour=red',
    '__proto__=x',
  ]) {
    const { statusCode, body, headers } = await get(`/api/v1/find?${words}`);
    assert.deepEqual(
      [statusCode, errorOf(body).code, headers['cache-control']],
      [400, 'usage', 'no-store'],
      words,
    );
  }
  const none = await get('/api/v1/find?distribution=debain');
  assert.equal(none.statusCode, 404);
  assert.match(errorOf(none.body).message, /there is no distribution 'debain': there are othix, testix/);
  const withdrawn = await get(`/api/v1/find?version=${versions.withdrawn}`);
  assert.match(errorOf(withdrawn.body).message, /was withdrawn: It does not boot/);
  assert.deepEqual(errors, []);
});

test('files have types, ETags that are of their bytes, and no answer for who has them', async (t) => {
  const { app, folder, get } = await setUp(t);
  const address = `/api/v1/streams/${base}/latest/x86_64/aws/eu-west-1.txt`;
  const first = await get(address);
  assert.deepEqual([first.statusCode, first.body], [200, 'ami-20261101000000001\n']);
  assert.match(String(first.headers['content-type']), /^text\/plain/);
  const etag = String(first.headers.etag);
  for (const tag of [etag, `"other", W/${etag}`, '*']) {
    const again = await get(address, { 'if-none-match': tag });
    assert.deepEqual([again.statusCode, again.body, again.headers.etag], [304, '', etag]);
  }
  const head = await app.inject({ method: 'HEAD', url: address });
  assert.deepEqual([head.statusCode, head.body, head.headers['content-length']], [200, '', '22']);
  // Ranges are not served: the whole answer is right too.
  assert.equal((await get(address, { range: 'bytes=0-3' })).statusCode, 200);
  await put(folder, 'large.bin', 'x'.repeat(5 * 1024 * 1024));
  const large = await get('/large.bin');
  assert.deepEqual(
    [large.rawPayload.length, large.headers['content-length']],
    [5 * 1024 * 1024, String(5 * 1024 * 1024)],
  );
  assert.equal((await get('/large.bin', { 'if-none-match': String(large.headers.etag) })).statusCode, 304);
});

test('pages: folders lead to their index, people get the page for what is not there', async (t) => {
  const { get } = await setUp(t);
  assert.match((await get('/')).body, /Images/);
  assert.match((await get('/streams/')).body, /Streams/);
  const led = await get('/streams');
  assert.deepEqual([led.statusCode, led.headers.location], [308, './streams/']);
  const person = await get('/nothing', { accept: 'text/html' });
  assert.deepEqual([person.statusCode, /None/.test(person.body)], [404, true]);
  assert.equal(errorOf((await get('/nothing')).body).code, 'not-found');
  const { headers } = await get('/');
  assert.equal(headers['x-content-type-options'], 'nosniff');
  assert.match(String(headers['content-security-policy']), /default-src 'self'/);
});

test('no path leads out of the folder, to what is hidden, or to another server', async (t) => {
  const { top, folder, get } = await setUp(t);
  await symlink(path.join(top, 'outside.txt'), path.join(folder, 'link.txt'));
  await symlink(top, path.join(folder, 'up'));
  for (const url of [
    '/../outside.txt',
    '/%2e%2e/outside.txt',
    '/..%2foutside.txt',
    '/api/..%2f..%2foutside.txt',
    '/link.txt',
    '/up/outside.txt',
    '/.hidden/secret.txt',
    '/%2ehidden/secret.txt',
    '//example.org',
    '//example.org/..',
    '/%5c%5cexample.org',
    '/index.html%00.txt',
    '/index.html/',
    '/streams%2findex.html%0d%0ax: y',
    `/${'a'.repeat(5000)}`,
  ]) {
    const { statusCode, headers, body } = await get(url);
    assert.ok([400, 404].includes(statusCode), `${url}: ${statusCode}`);
    assert.ok(headers.location === undefined && !/outside|secret/.test(body), url);
  }
  assert.equal((await get('/%')).statusCode, 400);
});

test('any path is whole inside the folder, or nothing', () => {
  fc.assert(
    fc.property(
      fc.oneof(fc.webPath(), fc.string({ unit: 'binary' }), fc.constantFrom('/a/../b', '/', '/a//b')),
      (url) => {
        const parts = splitPath(url);
        if (parts === undefined) return;
        const file = path.join('/root', ...parts);
        assert.ok(file === '/root' || file.startsWith('/root/'));
        assert.equal(path.relative('/root', file), parts.join('/'));
      },
    ),
  );
});

test('whoever writes is told how to read', async (t) => {
  const { app } = await setUp(t);
  for (const method of ['POST', 'PUT', 'DELETE', 'PATCH', 'OPTIONS'] as const) {
    const { statusCode, headers, body } = await app.inject({
      method,
      url: '/api/v1/find',
      payload: method === 'OPTIONS' ? '' : '{"x":',
    });
    assert.deepEqual(
      [statusCode, headers.allow, errorOf(body).code],
      [405, 'GET, HEAD', 'method-not-allowed'],
    );
  }
});

test('who asks too often waits, others do not', async (t) => {
  const { app } = await setUp(t, { rate: 2, trustProxy: ['127.0.0.1'] });
  const ask = (from: string) =>
    app.inject({ method: 'GET', url: '/api/v1/find', headers: { 'x-forwarded-for': from } });
  assert.deepEqual([(await ask('192.0.2.1')).statusCode, (await ask('192.0.2.1')).statusCode], [200, 200]);
  const { statusCode, headers, body } = await ask('192.0.2.1');
  assert.deepEqual([statusCode, errorOf(body).code], [429, 'too-many-requests']);
  assert.match(String(headers['retry-after']), /^\d+$/);
  // What a client wrote before the proxy added who it is does not make it another client.
  assert.equal((await ask('198.51.100.7, 192.0.2.1')).statusCode, 429);
  assert.equal((await ask('192.0.2.2')).statusCode, 200);
});

test('nobody is believed who they are unless a proxy is named', async (t) => {
  for (const trustProxy of [[], ['192.0.2.0/24']]) {
    const { app } = await setUp(t, { rate: 2, trustProxy });
    const ask = async (from: string) =>
      (await app.inject({ method: 'GET', url: '/', headers: { 'x-forwarded-for': from } })).statusCode;
    assert.deepEqual(
      [await ask('192.0.2.1'), await ask('192.0.2.2'), await ask('192.0.2.3')],
      [200, 200, 429],
    );
  }
});

test('the next generation is served as soon as it is there, by a link or by a folder', async (t) => {
  const top = await temporaryFolder(t);
  const older = {
    streams: catalog.streams.map((stream) => ({ ...stream, releases: stream.releases.slice(-1) })),
  };
  await generate(path.join(top, 'one'), older);
  await generate(path.join(top, 'two'));
  const folder = path.join(top, 'site');
  await symlink('one', folder);
  const app = await createService({
    folder,
    rate: 0,
    trustProxy: [],
    generations: watchGenerations(folder, 0),
    now: () => now,
  });
  t.after(() => app.close());
  const file = async () =>
    (await app.inject(`/api/v1/streams/${base}/latest/x86_64/aws/eu-central-1.txt`)).body;
  const found = async () =>
    JSON.parse((await app.inject('/api/v1/find?image=cloud-base&region=eu-central-1&at=2026-12-01')).body)
      .matches[0].version;
  assert.deepEqual([await file(), await found()], ['ami-20260801000000000\n', versions.deprecated]);
  await symlink('two', path.join(top, 'next'));
  await rename(path.join(top, 'next'), folder);
  assert.deepEqual([await file(), await found()], ['ami-20261101000000000\n', versions.current]);
  // A folder of the same name.
  await mkdir(path.join(top, 'old'));
  await cp(path.join(top, 'one'), path.join(top, 'three'), { recursive: true });
  await rename(path.join(top, 'two'), path.join(top, 'old/two'));
  await rename(path.join(top, 'three'), path.join(top, 'two'));
  assert.deepEqual([await file(), await found()], ['ami-20260801000000000\n', versions.deprecated]);
});

test('the next generation is served when it is in the folder of the one before last, with the same catalog', async (t) => {
  const top = await temporaryFolder(t);
  await generate(path.join(top, 'one'));
  const folder = path.join(top, 'site');
  const app = await createService({
    folder,
    rate: 0,
    trustProxy: [],
    generations: watchGenerations(folder, 0),
    now: () => now,
  });
  t.after(() => app.close());
  const make = async (text: string) => {
    for (const name of ['verify.html', 'manifest.json']) {
      await rm(path.join(top, 'one', name), { force: true });
      await put(path.join(top, 'one'), name, text);
    }
  };
  await symlink('one', folder);
  await make('{"a": 1}');
  assert.equal((await app.inject('/verify.html')).body, '{"a": 1}');
  await make('{"a": 2}');
  assert.equal((await app.inject('/verify.html')).body, '{"a": 2}');
});

test('while nothing is published, or it is broken, the answer is to come again; people of the house are told', async (t) => {
  const { folder, get, errors } = await setUp(t);
  await put(folder, `api/v1/streams/${base}/stream.json`, '{"format": 1}');
  const broken = await get('/api/v1/find?image=cloud-base');
  assert.deepEqual(
    [broken.statusCode, errorOf(broken.body).code, broken.headers['retry-after']],
    [503, 'unavailable', '10'],
  );
  assert.match(String(errors[0]), /lacks the key|must be/);
  assert.ok(!broken.body.includes(folder));
  await rm(path.join(folder, 'api'), { recursive: true });
  assert.equal((await get('/index.html')).statusCode, 503);
  assert.match(String(errors.at(-1)), /nothing is published there/);
});
