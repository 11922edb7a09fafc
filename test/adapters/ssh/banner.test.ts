import assert from 'node:assert/strict';
import { createServer, type Socket } from 'node:net';
import { after, test } from 'node:test';
import { hasSshBanner } from '../../../scripts/adapters/ssh/banner.ts';

async function listen(speak: (socket: Socket) => void): Promise<number> {
  const sockets = new Set<Socket>();
  const server = createServer((socket) => {
    sockets.add(socket);
    socket.on('error', () => undefined);
    speak(socket);
  });
  after(() => {
    for (const socket of sockets) socket.destroy();
    server.close();
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  assert.ok(typeof address === 'object' && address !== null);
  return address.port;
}

test('an ssh server speaks first', async () => {
  assert.equal(
    await hasSshBanner('127.0.0.1', await listen((socket) => socket.write('SSH-2.0-test\r\n')), 2000),
    true,
  );
});

test('a banner may come in pieces', async () => {
  const port = await listen((socket) => {
    socket.write('SS');
    setTimeout(() => socket.write('H-2.0-test\r\n'), 20);
  });
  assert.equal(await hasSshBanner('127.0.0.1', port, 2000), true);
});

test('a port that accepts and says nothing, or ends, or says another thing, has none', async () => {
  assert.equal(await hasSshBanner('127.0.0.1', await listen(() => undefined), 100), false);
  assert.equal(await hasSshBanner('127.0.0.1', await listen((socket) => socket.destroy()), 2000), false);
  assert.equal(
    await hasSshBanner('127.0.0.1', await listen((socket) => socket.write('220 mail\r\n')), 2000),
    false,
  );
});

test('a port that nobody listens on has none', async () => {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  await new Promise((resolve) => server.close(resolve));
  assert.ok(typeof address === 'object' && address !== null);
  assert.equal(await hasSshBanner('127.0.0.1', address.port, 2000), false);
});
