/** The metadata service over real HTTP. */
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { request } from 'node:http';
import { after, before, describe, test } from 'node:test';
import fc from 'fast-check';
import { answerMetadata, type MetadataService } from '../../../../scripts/localcloud/compute/imds/answer.ts';
import { type MetadataServer, serveMetadata } from '../../../../scripts/localcloud/compute/imds/server.ts';
import { MetadataTokens } from '../../../../scripts/localcloud/compute/imds/tokens.ts';
import type { MetadataFacts } from '../../../../scripts/localcloud/compute/imds/tree.ts';
import { relayScript } from '../../../../scripts/localcloud/compute/qemu-arguments.ts';

const facts: MetadataFacts = {
  instanceId: 'i-0123456789abcdef0',
  reservationId: 'r-0123456789abcdef0',
  imageId: 'ami-0123456789abcdef0',
  instanceType: 't3.micro',
  architecture: 'x86_64',
  account: '123456789012',
  region: 'eu-west-1',
  zone: 'eu-west-1a',
  mac: '02:00:00:00:00:01',
  interfaceId: 'eni-0123456789abcdef0',
  subnetId: 'subnet-0123456789abcdef0',
  vpcId: 'vpc-0123456789abcdef0',
  groups: [{ id: 'sg-0123456789abcdef0', name: 'ssh' }],
  rootDeviceName: '/dev/xvda',
  devices: [],
  publicAddress: '127.0.0.1',
  key: { name: 'ours', openssh: 'ssh-ed25519 AAAA ours' },
  userData: Buffer.from([0, 255, 10]),
  pendingTime: '2026-11-22T08:00:00Z',
  tags: undefined,
};

const TTL = 'x-aws-ec2-metadata-token-ttl-seconds';
const tokens = new MetadataTokens();
let service: MetadataService = { facts, tokens, tokensRequired: true, enabled: true, now: 1000 };
let server: MetadataServer;

interface Reply {
  status: number | undefined;
  headers: NodeJS.Dict<string | string[]>;
  body: Buffer;
}

/** As a guest sends it: to the port, under the well-known address. */
function ask(method: string, path: string, headers: Record<string, string> = {}): Promise<Reply> {
  return new Promise((resolve, reject) => {
    const sent = request(
      {
        port: server.port,
        host: '127.0.0.1',
        method,
        path,
        headers: { host: '169.254.169.254', ...headers },
      },
      (response) => {
        const chunks: Buffer[] = [];
        response.on('data', (chunk: Buffer) => chunks.push(chunk));
        response.on('end', () =>
          resolve({ status: response.statusCode, headers: response.headers, body: Buffer.concat(chunks) }),
        );
      },
    );
    sent.on('error', reject);
    sent.end();
  });
}

async function token(seconds = 60): Promise<Record<string, string>> {
  const { body } = await ask('PUT', '/latest/api/token', { [TTL]: String(seconds) });
  return { 'x-aws-ec2-metadata-token': body.toString() };
}

describe('metadata service', () => {
  before(async () => {
    server = await serveMetadata(() => service);
  });
  after(async () => await server.stop());

  const read = async (path: string): Promise<string> => {
    const { status, body } = await ask('GET', path, await token());
    assert.equal(status, 200, path);
    return body.toString();
  };

  test('a token is given for 1 to 21600 seconds, and to nobody behind a proxy', async () => {
    for (const [seconds, status] of [
      ['1', 200],
      ['21600', 200],
      ['0', 400],
      ['21601', 400],
      ['-1', 400],
      ['x', 400],
    ] as const) {
      assert.equal((await ask('PUT', '/latest/api/token', { [TTL]: seconds })).status, status, seconds);
    }
    assert.equal((await ask('PUT', '/latest/api/token')).status, 400);
    const proxied = await ask('PUT', '/latest/api/token', { [TTL]: '60', 'x-forwarded-for': '10.0.0.1' });
    assert.equal(proxied.status, 403);
    assert.equal((await ask('PUT', '/latest/meta-data/', { [TTL]: '60' })).status, 404);
    const given = await ask('PUT', '/latest/api/token', { [TTL]: '60' });
    assert.equal(given.headers[TTL], '60');
  });

  test('without a token, with a made up or an old one, nothing is said', async () => {
    assert.equal((await ask('GET', '/latest/meta-data/instance-id')).status, 401);
    const made = { 'x-aws-ec2-metadata-token': 'A'.repeat(64) };
    assert.equal((await ask('GET', '/latest/meta-data/instance-id', made)).status, 401);
    const old = await token(1);
    service = { ...service, now: 2001 };
    assert.equal((await ask('GET', '/latest/meta-data/instance-id', old)).status, 401);
    assert.equal((await ask('GET', '/latest/meta-data/instance-id', await token())).status, 200);
  });

  test('the tree is listed level by level, under each version', async () => {
    assert.match(await read('/'), /(^|\n)2021-03-23\n[\s\S]*\nlatest$/);
    assert.equal(await read('/latest/'), 'dynamic\nmeta-data\nuser-data');
    assert.match(await read('/2021-03-23/meta-data/'), /^ami-id\n[\s\S]*\nnetwork\/\nplacement\/\n/);
    assert.equal(await read('/2009-04-04/meta-data/instance-id'), facts.instanceId);
    assert.equal(await read('/latest/meta-data/public-keys/'), '0=ours');
    assert.equal(await read('/latest/meta-data/public-keys/0/'), 'openssh-key');
    assert.equal(await read('/latest/meta-data/public-keys/0/openssh-key'), facts.key?.openssh);
    assert.equal(await read('/latest/meta-data/placement/'), 'availability-zone\nregion');
    const macs = '/latest/meta-data/network/interfaces/macs/';
    assert.equal(await read(macs), `${facts.mac}/`);
    assert.equal(await read(`${macs}${facts.mac}/security-groups`), 'ssh');
    assert.equal(JSON.parse(await read('/latest/dynamic/instance-identity/document')).region, 'eu-west-1');
    for (const path of ['/1999-01-01/', '/latest/meta-data/iam/', '/latest/meta-data/tags/', '/latest/x']) {
      assert.equal((await ask('GET', path, await token())).status, 404, path);
    }
  });

  test('user data comes byte for byte, or not at all', async () => {
    const given = await ask('GET', '/latest/user-data', await token());
    assert.deepEqual([...given.body], [0, 255, 10]);
    service = { ...service, facts: { ...facts, userData: undefined } };
    assert.equal((await ask('GET', '/latest/user-data', await token())).status, 404);
    service = { ...service, facts };
  });

  test('answers one request a connection, to its own address only', async () => {
    assert.equal((await ask('GET', '/', await token())).headers.connection, 'close');
    assert.equal((await ask('PUT', '/latest/api/token', { host: 'example.org', [TTL]: '60' })).status, 400);
    assert.equal((await ask('DELETE', '/')).status, 405);
    const head = await ask('HEAD', '/latest/meta-data/instance-id', await token());
    assert.deepEqual([head.status, head.body.length], [200, 0]);
  });

  test('off means off; optional tokens may be left out, not wrong', async () => {
    service = { ...service, enabled: false };
    assert.equal((await ask('PUT', '/latest/api/token', { [TTL]: '60' })).status, 403);
    service = { ...service, enabled: true, tokensRequired: false };
    assert.equal((await ask('GET', '/latest/meta-data/instance-id')).status, 200);
    const wrong = { 'x-aws-ec2-metadata-token': 'x' };
    assert.equal((await ask('GET', '/latest/meta-data/instance-id', wrong)).status, 401);
    service = { ...service, tokensRequired: true };
  });

  test('the relay that a guest has for each connection carries question and answer, and ends', async () => {
    const relay = spawn('/bin/bash', ['--norc', '--noprofile', '-c', relayScript(server.port)]);
    // The guest keeps its side open, as a client does that waits for the answer.
    relay.stdin.write(`PUT /latest/api/token HTTP/1.1\r\nHost: 169.254.169.254\r\n${TTL}: 60\r\n\r\n`);
    const chunks: Buffer[] = [];
    relay.stdout.on('data', (chunk: Buffer) => chunks.push(chunk));
    await once(relay, 'close');
    const answer = Buffer.concat(chunks).toString();
    assert.match(answer, /^HTTP\/1\.1 200 OK\r\n[\s\S]*\r\n\r\n[\w-]{64}$/);
  });

  test('whatever the path is, the answer is one of a few', () => {
    const part = fc.oneof(
      fc.constantFrom('latest', 'meta-data', 'public-keys', '..', '', '__proto__', '%2e', 'dynamic'),
      fc.string(),
    );
    fc.assert(
      fc.property(fc.array(part, { maxLength: 6 }), (parts) => {
        const headers = { 'x-aws-ec2-metadata-token': tokens.issue(60, 0) };
        const { status } = answerMetadata(
          { method: 'GET', path: `/${parts.join('/')}`, headers },
          { ...service, now: 0 },
        );
        assert.ok(status === 200 || status === 404);
      }),
    );
  });
});
