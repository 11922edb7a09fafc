/** What dnf and rpm must not believe: metadata and packages with wrong signatures, cut short, or gone half way. */
import assert from 'node:assert/strict';
import { cp, readdir, readFile, rm, truncate, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { after, type TestContext, test } from 'node:test';
import { AperiodicError } from '../../../../scripts/model/errors.ts';
import { base, createWorld, request } from '../../../adapters/rpm/world.ts';
import { processesMentioning } from '../../../support/processes.ts';
import { createVendor } from '../../../support/rpm-repository.ts';
import { freePort } from '../../../support/rsync-daemon.ts';
import { temporaryFolder } from '../../../support/temporary-folder.ts';

const shared = await temporaryFolder({ after });
const vendor = await createVendor({ after });
const stranger = await createVendor({ after }, 'Stranger <stranger@example.org>');
const one = { name: 'one', files: { '/usr/share/one': 'one\n' } };
const two = { name: 'two' };
await vendor.publish(path.join(shared, 'good'), { packages: [one, two], unsigned: ['two'] });
await stranger.publish(path.join(shared, 'strange'), { packages: [one] });
const asked = request({ packages: ['one'] });

async function setUp(t: TestContext, from = 'good') {
  const folder = await temporaryFolder(t);
  const place = path.join(folder, 'repo');
  await cp(path.join(shared, from), place, { recursive: true });
  const at = (uri: string, signedMetadata = true) =>
    createWorld(folder, { base: { uri, keyring: vendor.keyring } }, [{ ...base, signedMetadata }]);
  return { folder, place, at, world: at(`file://${place}`) };
}

async function failure(work: Promise<unknown>): Promise<AperiodicError> {
  const error = await work.then(
    () => undefined,
    (reason: unknown) => reason,
  );
  assert.ok(error instanceof AperiodicError, String(error));
  return error;
}

/** The one file of repodata that holds the packages. */
async function primary(place: string): Promise<string> {
  const names = await readdir(path.join(place, 'repodata'));
  return path.join(place, 'repodata', names.find((name) => name.includes('primary.xml')) ?? '');
}

test('metadata that a stranger signed, or nobody, is not used', async (t) => {
  const strange = await setUp(t, 'strange');
  const error = await failure(strange.world.solve(asked));
  assert.equal(error.code, 'invalid');
  assert.match(error.message, /^the metadata of repository 'base' is not signed by its keyring/);
  const unsigned = await setUp(t);
  await rm(path.join(unsigned.place, 'repodata/repomd.xml.asc'));
  assert.equal((await failure(unsigned.world.solve(asked))).code, 'invalid');
  const changed = await setUp(t);
  const repomd = path.join(changed.place, 'repodata/repomd.xml');
  await writeFile(repomd, (await readFile(repomd, 'utf8')).replace('<revision>1<', '<revision>2<'));
  assert.equal((await failure(changed.world.solve(asked))).code, 'invalid');
  assert.equal((await changed.at(`file://${changed.place}`, false).solve(asked)).length, 1);
  for (const { folder } of [strange, unsigned, changed])
    assert.deepEqual(await processesMentioning(folder), [], 'no agent of gpg stays');
});

test('metadata that was cut short, and a repository that is not there', async (t) => {
  const { place, world, at } = await setUp(t);
  assert.equal((await world.solve(asked)).length, 1);
  const short = await setUp(t);
  await truncate(await primary(short.place), 100);
  const error = await failure(short.world.solve(asked));
  assert.equal(error.code, 'digest-mismatch');
  assert.match(error.message, /^the metadata of repository 'base' is damaged or cut short/);
  const cut = await setUp(t);
  await truncate(path.join(cut.place, 'repodata/repomd.xml'), 300);
  assert.equal((await failure(cut.at(`file://${cut.place}`, false).solve(asked))).code, 'digest-mismatch');
  await rm(place, { recursive: true });
  const gone = await failure(world.solve(asked));
  assert.equal(gone.code, 'unreachable', 'what was read before does not hide that it is gone');
  const away = at(`http://127.0.0.1:${await freePort()}/repo`);
  assert.equal((await failure(away.solve(asked))).code, 'unreachable');
});

test('packages come into the store when a key of the repository signed them, and not else', async (t) => {
  const { folder, place, world } = await setUp(t);
  const [good] = await world.solve(asked);
  const [unsigned] = await world.solve(request({ packages: ['two'] }));
  assert.ok(good && unsigned);
  const error = await failure(world.download([good, unsigned]));
  assert.equal(error.code, 'invalid');
  assert.match(
    error.message,
    /^package two 1\.0-1 of repository 'base' is not signed by the repository's keyring/,
  );
  assert.equal(await world.store.find(unsigned.sha256), undefined);
  await world.download([good]);
  assert.ok(await world.store.verify(good.sha256));
  assert.deepEqual(await readdir(path.join(folder, 'store/tmp')), []);

  const strange = await setUp(t, 'strange');
  const foreign = strange.at(`file://${strange.place}`, false);
  const pins = await foreign.solve(asked);
  const signature = await failure(foreign.download(pins));
  assert.equal(signature.code, 'invalid');
  assert.match(signature.detail ?? '', /NOKEY|NOT OK/);

  await rm(path.join(place, unsigned.path));
  assert.equal((await failure(world.download([unsigned]))).code, 'pin-gone');
  await truncate(path.join(place, good.path), 1000);
  await rm(path.join(folder, 'store'), { recursive: true });
  assert.equal((await failure(world.download([good]))).code, 'digest-mismatch');
});

test('of a list of mirrors the next one is asked for what the first lacks', async (t) => {
  const { folder, place } = await setUp(t);
  const list = path.join(folder, 'mirrors');
  await writeFile(list, `http://127.0.0.1:${await freePort()}/\nfile://${place}\n`);
  const address = { uri: `file://${list}`, kind: 'mirrorlist' as const, keyring: vendor.keyring };
  const world = createWorld(folder, { base: address });
  const pins = await world.solve(asked);
  await world.download(pins);
  assert.ok(await world.store.verify(pins[0]?.sha256 ?? ''));
});
