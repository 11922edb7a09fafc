import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { type IncomingHttpHeaders, request } from 'node:http';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import { DescribeImagesCommand } from '@aws-sdk/client-ec2';
import { clientsFor, errorOf } from './support/clients.ts';
import { useCloud } from './support/cloud.ts';

interface Reply {
  status: number | undefined;
  headers: IncomingHttpHeaders;
  body: string;
}

/** A request as any program may send it. */
function send(
  url: string,
  options: { method?: string; headers?: Record<string, string>; body?: Buffer },
): Promise<Reply> {
  return new Promise((resolve, reject) => {
    const { method = 'POST', headers = {}, body } = options;
    const sent = request(url, { method, headers }, (response) => {
      const chunks: Buffer[] = [];
      response.on('data', (chunk: Buffer) => chunks.push(chunk));
      response.on('error', reject);
      response.on('end', () => {
        resolve({
          status: response.statusCode,
          headers: response.headers,
          body: Buffer.concat(chunks).toString(),
        });
      });
    });
    sent.on('error', reject);
    sent.end(body);
  });
}

describe('server', () => {
  const cloud = useCloud({ controlPort: 0 });

  test('listens on the loopback only and answers to no other name', async () => {
    assert.match(cloud().endpoint, /^http:\/\/127\.0\.0\.1:\d+$/);
    const reply = await send(cloud().endpoint, { headers: { host: 'attacker.example' } });
    assert.equal(reply.status, 421);
  });

  test('a request without or with an unreadable signature gets an error, not work', async () => {
    const none = await send(cloud().endpoint, { body: Buffer.from('Action=DescribeImages') });
    assert.equal(none.status, 403);
    assert.match(none.body, /<Code>MissingAuthenticationToken<\/Code>/);
    const odd = await send(cloud().endpoint, { headers: { authorization: 'AWS4-HMAC-SHA256 Credential=x' } });
    assert.match(odd.body, /<Code>IncompleteSignature<\/Code>/);
  });

  test('a body that is larger than any of ours is refused', async () => {
    const reply = await send(cloud().endpoint, { body: Buffer.alloc(2 ** 21) });
    assert.equal(reply.status, 413);
  });

  test('every call is in the log on disk when its answer comes', async () => {
    const clients = clientsFor(cloud().endpoint, 'eu-west-1');
    await clients.ec2.send(new DescribeImagesCommand({ Owners: ['self'] }));
    const lines = (await readFile(join(cloud().folder, 'requests.jsonl'), 'utf8')).trim().split('\n');
    const last: unknown = JSON.parse(lines.at(-1) ?? '');
    assert.deepEqual(last, cloud().log().at(-1));
    const entry = cloud().log().at(-1);
    assert.deepEqual(
      [
        entry?.service,
        entry?.call,
        entry?.region,
        entry?.account,
        entry?.access,
        entry?.outcome,
        entry?.lost,
      ],
      ['ec2', 'DescribeImages', 'eu-west-1', '123456789012', 'read', 'ok', false],
    );
    clients.close();
  });
});

describe('control endpoint', () => {
  const cloud = useCloud({ controlPort: 0 });
  const json = { 'content-type': 'application/json' };

  function control(method: string, path: string, body?: unknown, headers = json): Promise<Reply> {
    const text = body === undefined ? {} : { body: Buffer.from(JSON.stringify(body)) };
    return send(`${cloud().controlEndpoint}${path}`, { method, headers, ...text });
  }

  test('moves time, makes faults, changes settings, shows the log', async () => {
    const before = cloud().now().getTime();
    assert.equal((await control('POST', '/advance', { seconds: 60 })).status, 200);
    assert.equal(cloud().now().getTime(), before + 60_000);
    const clients = clientsFor(cloud().endpoint, 'eu-west-1');
    assert.equal(
      (await control('POST', '/faults', { kind: 'throttle', calls: ['DescribeImages'] })).status,
      200,
    );
    assert.equal(await errorOf(clients.ec2.send(new DescribeImagesCommand({}))), 'RequestLimitExceeded');
    assert.match((await control('GET', '/faults')).body, /"hits":1/);
    await control('DELETE', '/faults');
    await clients.ec2.send(new DescribeImagesCommand({}));
    const log: unknown = JSON.parse((await control('GET', '/log?after=1')).body);
    assert.deepEqual(log, cloud().log(1));
    const settings = { region: 'eu-west-1', settings: { optInStatus: 'not-opted-in' } };
    assert.equal((await control('POST', '/configure', settings)).status, 200);
    assert.equal(await errorOf(clients.ec2.send(new DescribeImagesCommand({}))), 'AuthFailure');
    clients.close();
  });

  test('takes nothing that is not meant for it', async () => {
    assert.equal((await control('POST', '/faults', { kind: 'explode' })).status, 400);
    assert.equal((await control('POST', '/advance', { seconds: -1 })).status, 400);
    assert.equal((await control('POST', '/configure', { region: 'no', settings: {} })).status, 400);
    assert.equal((await control('POST', '/nothing', {})).status, 400);
    const form = { 'content-type': 'text/plain' };
    assert.equal((await control('POST', '/advance', { seconds: 1 }, form)).status, 415);
  });
});
