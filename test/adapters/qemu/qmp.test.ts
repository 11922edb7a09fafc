import assert from 'node:assert/strict';
import { createServer, type Socket } from 'node:net';
import path from 'node:path';
import { after, test } from 'node:test';
import { connectQmp } from '../../../scripts/adapters/qemu/qmp.ts';
import { temporaryFolder } from './temporary-folder.ts';

const folder = await temporaryFolder();
const greeting = '{"QMP": {"version": {}, "capabilities": ["oob"]}}\r\n';

/** A machine protocol server that greets and then answers each request as told. */
async function serve(
  name: string,
  answer: (request: Record<string, unknown>, socket: Socket) => void,
  hello = greeting,
) {
  const sockets = new Set<Socket>();
  const server = createServer((socket) => {
    sockets.add(socket);
    socket.write(hello);
    let buffer = '';
    socket.on('data', (chunk) => {
      buffer += chunk.toString();
      const lines = buffer.split('\n');
      buffer = lines.pop() ?? '';
      for (const line of lines) answer(JSON.parse(line), socket);
    });
  });
  after(() => {
    for (const socket of sockets) socket.destroy();
    server.close();
  });
  const file = path.join(folder, name);
  await new Promise<void>((resolve) => server.listen(file, resolve));
  return file;
}

const ok = (id: unknown, value: unknown = {}) => `${JSON.stringify({ return: value, id })}\r\n`;

test('negotiates, runs commands with arguments, and is not confused by events', async () => {
  const seen: unknown[] = [];
  const file = await serve('good', ({ execute, arguments: given, id }, socket) => {
    seen.push([execute, given]);
    socket.write('{"event": "RESUME", "timestamp": {"seconds": 1, "microseconds": 2}}\r\n');
    const reply = ok(id, execute === 'query-status' ? { status: 'running' } : {});
    socket.write(reply.slice(0, 5));
    setImmediate(() => socket.write(reply.slice(5)));
  });
  const client = await connectQmp(file, 2000);
  assert.deepEqual(await client.execute('query-status', { deep: true }), { status: 'running' });
  assert.deepEqual(seen, [
    ['qmp_capabilities', {}],
    ['query-status', { deep: true }],
  ]);
  client.close();
});

test('answers find their question whatever their order', async () => {
  const held: unknown[] = [];
  const file = await serve('order', ({ execute, id }, socket) => {
    if (execute === 'qmp_capabilities') socket.write(ok(id));
    else held.unshift(id);
    if (held.length === 2) for (const one of held) socket.write(ok(one, `answer ${one}`));
  });
  const client = await connectQmp(file, 2000);
  assert.deepEqual(await Promise.all([client.execute('a'), client.execute('b')]), ['answer 2', 'answer 3']);
  client.close();
});

test('a refusal is an error with what QEMU said', async () => {
  const file = await serve('refuse', ({ execute, id }, socket) => {
    if (execute === 'qmp_capabilities') socket.write(ok(id));
    else
      socket.write(`${JSON.stringify({ error: { class: 'GenericError', desc: 'no such device' }, id })}\n`);
  });
  const client = await connectQmp(file, 2000);
  await assert.rejects(client.execute('x'), { code: 'host-failed', message: /no such device/ });
  client.close();
});

test('silence ends by the time limit, and so does a server that never greets', async () => {
  const quiet = await serve('quiet', ({ execute, id }, socket) => {
    if (execute === 'qmp_capabilities') socket.write(ok(id));
  });
  const client = await connectQmp(quiet, 100);
  await assert.rejects(client.execute('x'), { message: /did not answer x within 100 ms/ });
  client.close();
  await assert.rejects(connectQmp(await serve('mute', () => undefined, ''), 100), { code: 'host-failed' });
});

test('a connection that ends, and one that was closed, fail what waits and what comes', async () => {
  const file = await serve('end', ({ execute, id }, socket) => {
    if (execute === 'qmp_capabilities') socket.write(ok(id));
    else socket.end();
  });
  const client = await connectQmp(file, 2000);
  await assert.rejects(client.execute('x'), { code: 'host-failed' });
  await assert.rejects(client.execute('y'), { code: 'host-failed' });
  client.close();
});

test('what is not JSON, or has no end, ends the connection', async () => {
  const file = await serve('garbage', ({ execute, id }, socket) => {
    if (execute === 'qmp_capabilities') socket.write(ok(id));
    else socket.write(execute === 'long' ? 'x'.repeat(2 * 1024 * 1024) : 'hello\n');
  });
  for (const command of ['short', 'long']) {
    const client = await connectQmp(file, 5000);
    await assert.rejects(client.execute(command), {
      code: 'host-failed',
      message: /not JSON|without an end/,
    });
    client.close();
  }
});

test('a socket that is not there is an error', async () => {
  await assert.rejects(connectQmp(path.join(folder, 'nobody'), 1000), { code: 'host-failed' });
});
