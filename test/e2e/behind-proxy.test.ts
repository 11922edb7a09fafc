/** The selection service as operators put it on the web: behind nginx, which speaks TLS, compresses, and has it below a path. */
import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import type { IncomingMessage } from 'node:http';
import { get } from 'node:https';
import path from 'node:path';
import { type TestContext, test } from 'node:test';
import { promisify } from 'node:util';
import { gunzipSync } from 'node:zlib';
import { createService } from '../../scripts/adapters/service/service.ts';
import { assertValid } from '../../scripts/model/schema.ts';
import { base, loadFixture, versions } from '../model/catalog/catalog-fixture.ts';
import { runCli } from '../support/cli.ts';
import { startNginx } from '../support/nginx.ts';
import { makeKey } from '../support/openpgp.ts';
import { put, writePublished } from '../support/published-folder.ts';
import { renderApi } from '../support/render-data.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';

const catalogFile = '/api/v1/catalog.json';

interface Proxied {
  /** `https://localhost:PORT/images` */
  address: string;
  /** Its certificate, which nobody knows but who is given it. */
  certificate: string;
  folder: string;
  ask(
    name: string,
    options?: { from?: string; headers?: Record<string, string> },
  ): Promise<{ response: IncomingMessage; body: Buffer }>;
}

async function setUp(t: TestContext, rate: number, trustProxy: string[]): Promise<Proxied> {
  const folder = await temporaryFolder(t);
  const site = path.join(folder, 'site');
  const key = await makeKey('releases');
  await writePublished(
    site,
    renderApi(await loadFixture(), { downloads: 'https://mirror.example.org' }),
    key,
  );
  await put(site, 'streams/index.html', '<!doctype html><title>Streams</title>');
  await put(folder, 'keys.asc', key.publicArmored);
  const app = await createService({ folder: site, rate, trustProxy });
  const behind = await app.listen({ host: '127.0.0.1', port: 0 });
  t.after(() => app.close());
  const certificate = path.join(folder, 'certificate.pem');
  const secret = path.join(folder, 'key.pem');
  const names = ['-subj', '/CN=localhost', '-addext', 'subjectAltName=DNS:localhost'];
  const curve = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes', '-days', '2'];
  const files = ['-keyout', secret, '-out', certificate];
  await promisify(execFile)('openssl', ['req', '-x509', ...curve, ...names, ...files]);
  const nginx = await startNginx(
    path.join(folder, 'nginx'),
    (listen) => `server {
    listen ${listen} ssl; ssl_certificate ${certificate}; ssl_certificate_key ${secret};
    gzip on; gzip_proxied any; gzip_min_length 100; gzip_types application/json;
    location /images/ {
      proxy_pass ${behind}/;
      proxy_set_header X-Forwarded-For $proxy_add_x_forwarded_for;
    }
  }`,
  );
  t.after(() => nginx.stop());
  const { port } = new URL(nginx.address);
  const address = `https://localhost:${port}/images`;
  const ca = await readFile(certificate);
  return {
    address,
    certificate,
    folder,
    ask: async (name, { from, headers = {} } = {}) => {
      const local = from === undefined ? {} : { localAddress: from };
      const request = get(`${address}${name}`, { ca, headers, agent: false, family: 4, ...local });
      const [response]: IncomingMessage[] = await once(request, 'response');
      if (response === undefined) return assert.fail('no response');
      const pieces: Buffer[] = [];
      for await (const piece of response) pieces.push(piece);
      return { response, body: Buffer.concat(pieces) };
    },
  };
}

test('find --from https reads signed documents over TLS, from who has a certificate that is known', async (t) => {
  const { address, certificate, folder } = await setUp(t, 0, []);
  const given = ['--from', address, '--keyring', 'keys.asc', '--state', path.join(folder, 'state.json')];
  const args = ['find', '--image', 'cloud-base', '--arch', 'amd64', '--region', 'eu-west-1', ...given];
  const known = await runCli([...args, '--at', '2026-11-30', '--json'], {
    cwd: folder,
    env: { NODE_EXTRA_CA_CERTS: certificate },
  });
  assert.equal(known.code, 0, known.stderr);
  const { signers, ...found } = JSON.parse(known.stdout);
  assert.equal(signers.length, 1);
  const [match] = assertValid('ApiFound', found).matches;
  assert.deepEqual([match?.version, match?.downloads], [versions.current, 'https://mirror.example.org']);
  const unknown = await runCli(args, { cwd: folder, env: { NODE_EXTRA_CA_CERTS: undefined } });
  assert.equal(unknown.code, 1);
  assert.match(unknown.stderr, /could not be reached/);
});

test('limits are of clients and not of the proxy, when it is trusted; nobody passes as another', async (t) => {
  const { ask } = await setUp(t, 2, ['127.0.0.1']);
  const status = async (from: string, pretended?: string) => {
    const headers = pretended === undefined ? {} : { headers: { 'x-forwarded-for': pretended } };
    return (await ask('/api/v1/find', { from, ...headers })).response.statusCode;
  };
  assert.deepEqual([await status('127.0.0.2'), await status('127.0.0.2', '192.0.2.1')], [200, 200]);
  assert.equal(await status('127.0.0.2', '192.0.2.9'), 429);
  assert.equal(await status('127.0.0.3'), 200);
});

test('without trust all come from the proxy', async (t) => {
  const { ask } = await setUp(t, 2, []);
  const status = async (from: string) => (await ask('/', { from })).response.statusCode;
  assert.deepEqual([await status('127.0.0.2'), await status('127.0.0.3')], [404, 404]);
  assert.equal(await status('127.0.0.4'), 429);
});

test('compressed answers are the same, ETags fit them, and redirects stay below the path', async (t) => {
  const { ask, address } = await setUp(t, 0, []);
  const plain = await ask(catalogFile);
  const packed = await ask(catalogFile, { headers: { 'accept-encoding': 'gzip' } });
  assert.equal(packed.response.headers['content-encoding'], 'gzip');
  assert.deepEqual(gunzipSync(packed.body), plain.body);
  const tags = [plain, packed].map(({ response }) => String(response.headers.etag));
  assert.match(tags[1] ?? '', /^W\/"/);
  for (const tag of tags) {
    const again = await ask(catalogFile, { headers: { 'if-none-match': tag, 'accept-encoding': 'gzip' } });
    assert.deepEqual([again.response.statusCode, again.body.length], [304, 0]);
  }
  const led = await ask('/streams');
  assert.equal(led.response.statusCode, 308);
  assert.equal(
    new URL(led.response.headers.location ?? '', `${address}/streams`).href,
    `${address}/streams/`,
  );
  const id = await ask(`/api/v1/streams/${base}/latest/x86_64/aws/eu-west-1.txt`);
  assert.equal(id.body.toString(), 'ami-20261101000000001\n');
});
