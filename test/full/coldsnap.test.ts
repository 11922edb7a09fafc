/** What we uploaded, downloaded by a client that is not ours, is the raw image. */
import assert from 'node:assert/strict';
import { open } from 'node:fs/promises';
import path from 'node:path';
import { test } from 'node:test';
import { uploadImage } from '../../scripts/stages/upload.ts';
import { home, makeWorld } from '../support/cloud-world.ts';
import { findColdsnap, installColdsnap, runColdsnap } from '../support/coldsnap.ts';

test('coldsnap downloads the image byte for byte', async (t) => {
  const coldsnap = (await findColdsnap()) ?? (await installColdsnap((line) => t.diagnostic(line)));
  const world = await makeWorld(t, { blocks: [0, 1, 5, 900] });
  const [tested] = world.tested;
  assert.ok(tested !== undefined);
  // While it is private: AWS lets nobody read the blocks of a public snapshot.
  const { image } = await uploadImage(tested, world.ports());
  assert.ok(image !== undefined);
  const file = path.join(world.folder, 'downloaded');
  await runColdsnap(coldsnap, ['download', '--no-progress', '--', image.snapshot, file], {
    endpoint: world.local.endpoint,
    region: home,
  });
  const { raw } = tested.built;
  await assertSameStart(file, path.join(world.folder, 'raw', raw.sha256), raw.size);
});

/** The volume is whole GiB: what comes after the image is zero. */
async function assertSameStart(downloaded: string, raw: string, size: number): Promise<void> {
  const [one, other] = [await open(downloaded), await open(raw)];
  try {
    assert.equal((await one.stat()).size, 2 ** 30);
    assert.equal((await other.stat()).size, size);
    const length = 2 ** 20;
    for (let position = 0; position < 2 ** 30; position += length) {
      const [got, wanted] = [Buffer.alloc(length), Buffer.alloc(length)];
      await one.read(got, 0, length, position);
      await other.read(wanted, 0, length, position);
      assert.ok(got.equals(wanted), `bytes differ after ${position}`);
    }
  } finally {
    await one.close();
    await other.close();
  }
}
