import assert from 'node:assert/strict';
import { readdir, stat } from 'node:fs/promises';
import { createServer } from 'node:net';
import path from 'node:path';
import { test } from 'node:test';
import { createLogins } from '../../../../scripts/adapters/ssh/logins.ts';
import { AperiodicError } from '../../../../scripts/model/errors.ts';
import { temporaryFolder } from '../../../support/temporary-folder.ts';

test('each login has a key of its own, which only we can read, and which is forgotten', async (t) => {
  const folder = path.join(await temporaryFolder(t), 'deep/er');
  const logins = createLogins();
  const [one, two] = [await logins.makeLogin(folder), await logins.makeLogin(folder)];
  assert.match(one.publicKey, /^ssh-ed25519 [A-Za-z0-9+/=]+ aperiodic$/);
  assert.notEqual(one.publicKey, two.publicKey);
  const [name = ''] = await readdir(folder);
  assert.equal((await stat(path.join(folder, name, 'key'))).mode & 0o777, 0o600);
  await one.forget();
  await one.forget();
  await two.forget();
  assert.deepEqual(await readdir(folder), []);
});

test('waiting for a login ends with its limit, and at once when it is of no use', async (t) => {
  const server = createServer((socket) => socket.end('220 mail\r\n'));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  t.after(() => server.close());
  const address = server.address();
  assert.ok(typeof address === 'object' && address !== null);
  const login = await createLogins().makeLogin(await temporaryFolder(t));
  const shell = login.reach({ host: '127.0.0.1', port: address.port, user: 'debian' });
  let looks = 0;
  const watch = async () => {
    looks++;
  };
  await assert.rejects(shell.waitForLogin(0.1, watch), {
    code: 'qa-failed',
    message: 'no login within 0.1 s: ssh did not answer',
  });
  assert.ok(looks > 0);
  const ended = new AperiodicError('unreachable', 'it was ended');
  await assert.rejects(
    shell.waitForLogin(60, async () => {
      throw ended;
    }),
    ended,
  );
});
