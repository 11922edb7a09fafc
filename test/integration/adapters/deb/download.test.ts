/** Downloads by the real apt-helper, from a repository in a folder and from ports of the loopback. */
import assert from 'node:assert/strict';
import { appendFile, copyFile, readdir, rm, truncate, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { type TestContext, test } from 'node:test';
import { downloadDebs } from '../../../../scripts/adapters/deb/download.ts';
import { createDebPayload } from '../../../../scripts/adapters/deb/payload.ts';
import type { DebSource } from '../../../../scripts/adapters/deb/sources.ts';
import { createDirectoryStore } from '../../../../scripts/adapters/store/directory.ts';
import { AperiodicError } from '../../../../scripts/model/errors.ts';
import type { DebRepository, Pin } from '../../../../scripts/model/types.generated.ts';
import { makeDeb } from '../../../support/deb-repository.ts';
import { createFakeTask } from '../../../support/fake-log.ts';
import { freePort } from '../../../support/rsync-daemon.ts';
import { temporaryFolder } from '../../../support/temporary-folder.ts';

const repository: DebRepository = {
  id: 'test',
  type: 'deb',
  suites: ['s'],
  components: ['main'],
  keyring: 'k.gpg',
};

async function setUp(t: TestContext) {
  const folder = await temporaryFolder(t);
  const place = path.join(folder, 'repository');
  const pins = [
    await makeDeb(place, 'one'),
    await makeDeb(place, 'two', '1:2.0~rc1+b2'),
    await makeDeb(place, 'three'),
  ];
  const store = createDirectoryStore(path.join(folder, 'store'));
  const sourcesAt = (uri: string): DebSource[] => [{ repository, uri, keyring: '/k', from: 'configuration' }];
  const download = (wanted: readonly Pin[], uri = `copy:${place}`) =>
    downloadDebs(wanted, sourcesAt(uri), store, createFakeTask());
  const held = async () =>
    (await Promise.all(pins.map(({ sha256 }) => store.verify(sha256)))).map((found) => found !== undefined);
  return { folder, place, pins, store, download, held };
}

async function failure(work: Promise<unknown>): Promise<AperiodicError> {
  const error = await work.then(
    () => undefined,
    (reason: unknown) => reason,
  );
  assert.ok(error instanceof AperiodicError, String(error));
  return error;
}

test('packages come into the store, from folders that are copied or linked', async (t) => {
  const { folder, place, pins, download, held } = await setUp(t);
  await download(pins.slice(0, 1), `copy:${place}`);
  assert.deepEqual(await held(), [true, false, false]);
  await download(pins, `file:${place}`);
  assert.deepEqual(await held(), [true, true, true]);
  assert.deepEqual(await readdir(path.join(folder, 'store/tmp')), []);
  assert.equal((await readdir(path.join(place, 'pool'))).length, 3, 'the repository keeps its own');
});

test('every package that is gone is named; what did arrive stays', async (t) => {
  const { folder, place, pins, download, held } = await setUp(t);
  await rm(path.join(place, 'pool/one_1.0_all.deb'));
  await rm(path.join(place, 'pool/three_1.0_all.deb'));
  const error = await failure(download(pins));
  assert.equal(error.code, 'pin-gone');
  assert.match(error.message, /one 1\.0 \(test\), three 1\.0 \(test\); run 'aperiodic resolve'/);
  assert.doesNotMatch(error.message, /two/);
  assert.deepEqual(await held(), [false, true, false]);
  assert.deepEqual(await readdir(path.join(folder, 'store/tmp')), []);
});

test('other bytes than were pinned are told as that and kept out of the store', async (t) => {
  const { place, pins, download, held } = await setUp(t);
  await appendFile(path.join(place, 'pool/two_2.0~rc1+b2_all.deb'), 'x');
  const longer = await failure(download(pins));
  assert.equal(longer.code, 'digest-mismatch');
  assert.match(longer.message, /two 1:2\.0~rc1\+b2 \(test\)$/);
  assert.deepEqual(await held(), [true, false, true]);
  await copyFile(path.join(place, 'pool/one_1.0_all.deb'), path.join(place, 'pool/two_2.0~rc1+b2_all.deb'));
  assert.equal((await failure(download(pins, `file:${place}`))).code, 'digest-mismatch');
  await truncate(path.join(place, 'pool/two_2.0~rc1+b2_all.deb'), 10);
  assert.equal((await failure(download(pins))).code, 'digest-mismatch');
  assert.deepEqual(await held(), [true, false, true]);
});

test('a server that is away is not taken for a package that is gone', async (t) => {
  const { pins, download, held } = await setUp(t);
  const error = await failure(download(pins, `http://127.0.0.1:${await freePort()}/debian`));
  assert.equal(error.code, 'unreachable');
  assert.match(error.detail ?? '', /Connection refused|Could not connect|connect/i);
  assert.deepEqual(await held(), [false, false, false]);
});

test('of several addresses the next one is asked for what the first lacks', async (t) => {
  const { folder, pins, download, held } = await setUp(t);
  const [dead, alsoDead] = [await freePort(), await freePort()];
  const list = path.join(folder, 'mirrors.list');
  await writeFile(list, `http://127.0.0.1:${dead}/debian\nhttp://127.0.0.1:${alsoDead}/debian\n`);
  const error = await failure(download(pins.slice(0, 1), `mirror+file:${list}`));
  assert.equal(error.code, 'unreachable');
  assert.match(error.detail ?? '', new RegExp(`${alsoDead}`));
  assert.deepEqual(await held(), [false, false, false]);
});

test('pins of a repository that the stream or the list of repositories lacks are refused', async (t) => {
  const { folder, pins, download, store } = await setUp(t);
  const [pin] = pins;
  assert.ok(pin);
  assert.equal((await failure(download([{ ...pin, repository: 'other' }]))).code, 'not-found');
  const payload = createDebPayload({ repositories: [repository], addresses: {}, cache: folder });
  const wrong = [{ ...pin, repository: 'other' }];
  const request = {
    repositories: ['other'],
    core: false,
    weakDependencies: false,
    packages: [],
    excluded: [],
  };
  const asked = { architecture: 'amd64' as const, request };
  const error = await failure(payload.download(wrong, store, createFakeTask(), asked));
  assert.match(error.message, /'other' is not in releases\/repositories\.yaml/);
});
