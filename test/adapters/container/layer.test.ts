import assert from 'node:assert/strict';
import { truncate, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { buffer } from 'node:stream/consumers';
import { test } from 'node:test';
import { pack } from 'tar-stream';
import { openLayer } from '../../../scripts/adapters/container/layer.ts';
import { AperiodicError } from '../../../scripts/model/errors.ts';
import { temporaryFolder } from '../../support/temporary-folder.ts';

const isInvalid = (error: unknown) => error instanceof AperiodicError && error.code === 'invalid';

async function makeLayer(folder: string): Promise<string> {
  const tar = pack();
  tar.entry({ name: 'bin', type: 'symlink', linkname: 'usr/bin' });
  tar.entry({ name: './etc/', type: 'directory', mode: 0o755 });
  tar.entry({ name: 'etc/passwd', mode: 0o644, uid: 0, gid: 0 }, 'root:x:0:0\n');
  tar.entry({ name: 'etc/loop', type: 'symlink', linkname: 'loop' });
  tar.entry({ name: 'etc/out', type: 'symlink', linkname: '../../../../etc/passwd' });
  tar.entry({ name: 'etc/gone', type: 'symlink', linkname: '/nowhere' });
  tar.entry({ name: 'usr/', type: 'directory' });
  tar.entry({ name: 'usr/bin/', type: 'directory' });
  tar.entry({ name: 'usr/bin/su', mode: 0o4755, uid: 0, gid: 7 }, 'x'.repeat(100_000));
  tar.entry({ name: 'usr/bin/again', type: 'link', linkname: 'usr/bin/su' });
  tar.entry({ name: 'usr/bin/pipe', type: 'fifo' });
  tar.entry({ name: 'usr/large' }, 'y'.repeat(1024 * 1024 + 1));
  tar.finalize();
  const file = path.join(folder, 'layer.tar');
  await writeFile(file, await buffer(tar));
  return file;
}

test('a layer is read as a disk is', async (t) => {
  const view = await openLayer(await makeLayer(await temporaryFolder(t)));
  assert.deepEqual(await view.list('/'), ['bin', 'etc', 'usr']);
  assert.deepEqual(await view.list('/bin'), ['su', 'again', 'pipe']);
  assert.equal(await view.list('/etc/passwd'), undefined);
  assert.equal(await view.list('/nothing'), undefined);
  assert.equal(await view.read('/etc/passwd'), 'root:x:0:0\n');
  assert.equal(await view.read('/etc/out'), 'root:x:0:0\n', 'a link that leads out ends at the top');
  for (const name of ['/etc/loop', '/etc/gone', '/etc', '/constructor'])
    assert.equal(await view.read(name), undefined);
  assert.equal((await view.read('/bin/su'))?.length, 100_000);
  assert.equal((await view.read('/usr/bin/again'))?.length, 100_000);
  await assert.rejects(view.read('/usr/large'), isInvalid);
  const su = { kind: 'file', size: 100_000, mode: 0o4755, uid: 0, gid: 7 };
  assert.deepEqual(
    (await view.walk('/usr/bin')).map(({ path: name, ...rest }) => [
      name,
      rest.kind === 'file' ? rest : rest.kind,
    ]),
    [
      ['/usr/bin/su', su],
      ['/usr/bin/again', su],
      ['/usr/bin/pipe', 'other'],
    ],
  );
  const bytes = 100_000 + 1024 * 1024 + 1 + 11;
  assert.equal(await view.usedMiB(), bytes / 1024 ** 2, 'a hard link takes no space');
});

test('what is no layer is refused', async (t) => {
  const folder = await temporaryFolder(t);
  const file = path.join(folder, 'text');
  await writeFile(file, 'no tar at all'.repeat(100));
  await assert.rejects(openLayer(file), isInvalid);
  const cut = await makeLayer(folder);
  await truncate(cut, 5000);
  await assert.rejects(openLayer(cut), isInvalid);
});
