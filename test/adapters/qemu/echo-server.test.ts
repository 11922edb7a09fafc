import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createConnection } from 'node:net';
import { test } from 'node:test';
import { startEchoServer } from '../../../scripts/adapters/qemu/echo-server.ts';

test('answers to what it is sent, on the loopback, until it is stopped', async () => {
  const server = await startEchoServer();
  const socket = createConnection({ host: '127.0.0.1', port: server.port });
  socket.write('hello\n');
  const [answer] = await once(socket, 'data');
  assert.equal(String(answer), 'aperiodic\n');
  const closed = once(socket, 'close');
  await server.stop();
  await closed;
  const late = createConnection({ host: '127.0.0.1', port: server.port });
  await assert.rejects(once(late, 'connect'), { code: 'ECONNREFUSED' });
});
