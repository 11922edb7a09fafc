import assert from 'node:assert/strict';
import { mkdir, readFile, stat } from 'node:fs/promises';
import path from 'node:path';
import { test } from 'node:test';
import { shareKey } from '../../../../scripts/adapters/ssh/client.ts';
import { temporaryFolder } from '../../../adapters/qemu/temporary-folder.ts';

test('runs that share a folder have the same key, which nobody else can read', async () => {
  const top = await temporaryFolder();
  const folders = ['first', 'second'].map((name) => path.join(top, name));
  const shared = path.join(top, 'shared');
  const keys: string[] = [];
  for (const folder of folders) {
    await mkdir(folder);
    keys.push(await shareKey(shared, folder));
    assert.equal((await stat(path.join(folder, 'key'))).mode & 0o077, 0);
  }
  assert.match(keys[0] ?? '', /^ssh-ed25519 \S+ aperiodic$/);
  assert.equal(keys[0], keys[1]);
  const [first, second] = await Promise.all(
    folders.map((folder) => readFile(path.join(folder, 'key'), 'utf8')),
  );
  assert.equal(first, second);
  const other = path.join(top, 'third');
  await mkdir(other);
  assert.notEqual(await shareKey(path.join(top, 'other'), other), keys[0]);
});
