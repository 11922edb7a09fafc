/** Lists of mirrors, over HTTP: metalinks with right and wrong digests, dead and stale mirrors, servers that go away. */
import assert from 'node:assert/strict';
import { cp, readFile, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { after, type TestContext, test } from 'node:test';
import { AperiodicError } from '../../../../scripts/model/errors.ts';
import type { AddressKind } from '../../../../scripts/model/types.generated.ts';
import { base, createWorld, request } from '../../../adapters/rpm/world.ts';
import { metalink } from '../../../support/metalink.ts';
import { createVendor } from '../../../support/rpm-repository.ts';
import { freePort } from '../../../support/rsync-daemon.ts';
import { failFor, failings, serveFolder } from '../../../support/serve-folder.ts';
import { temporaryFolder } from '../../../support/temporary-folder.ts';

const shared = await temporaryFolder({ after });
const vendor = await createVendor({ after });
const one = { name: 'one', files: { '/usr/share/one': 'one\n' } };
await vendor.publish(path.join(shared, 'new'), { packages: [one, { name: 'two' }] });
await vendor.publish(path.join(shared, 'old'), { packages: [{ name: 'two' }] });
const repomd = (name: string) => readFile(path.join(shared, name, 'repodata/repomd.xml'));
const asked = request({ packages: ['one'] });

async function setUp(t: TestContext) {
  const folder = await temporaryFolder(t);
  const served = await serveFolder(t, folder);
  for (const name of ['new', 'old'])
    await cp(path.join(shared, name), path.join(folder, name), { recursive: true });
  const at = (kind: AddressKind, name: string) => {
    const address = { uri: `${served.address}/${name}`, kind, keyring: vendor.keyring };
    return createWorld(folder, { base: address }, [base]);
  };
  const list = async (kind: AddressKind, text: string) => {
    await writeFile(path.join(folder, 'list'), text);
    return at(kind, 'list');
  };
  const dead = `http://127.0.0.1:${await freePort()}/repo`;
  return { folder, served, at, list, dead };
}

/** Of work that must fail, and leave the store without a package. */
async function failure(work: Promise<unknown>): Promise<AperiodicError> {
  const error = await work.then(
    () => assert.fail('is believed'),
    (reason: unknown) => reason,
  );
  assert.ok(error instanceof AperiodicError, String(error));
  return error;
}

test('a metalink names mirrors and the metadata that they must have', async (t) => {
  const { list, served, dead } = await setUp(t);
  const good = metalink(await repomd('new'), [dead, `${served.address}/new`]);
  const world = await list('metalink', good);
  const pins = await world.solve(asked);
  assert.deepEqual(
    pins.map(({ name }) => name),
    ['one'],
  );
  await world.download(pins);
  assert.ok(await world.store.verify(pins[0]?.sha256 ?? ''));
});

test('a mirror that is behind the metalink is passed over', async (t) => {
  const { list, served } = await setUp(t);
  const mirrors = [`${served.address}/old`, `${served.address}/new`];
  const world = await list('metalink', metalink(await repomd('new'), mirrors));
  assert.equal((await world.solve(asked)).length, 1);
  assert.ok(served.asked.includes('/old/repodata/repomd.xml'), 'it was asked first');
});

test('metadata other than the metalink says is not used', async (t) => {
  const { list, served } = await setUp(t);
  const world = await list('metalink', metalink(await repomd('old'), [`${served.address}/new`]));
  const error = await failure(world.solve(asked));
  assert.equal(error.code, 'digest-mismatch', error.detail);
  assert.match(error.message, /^the metadata of repository 'base' /);
});

test('a metalink that is none, and one without mirrors that can be used', async (t) => {
  const { list, served, at } = await setUp(t);
  const text = await repomd('new');
  const wrong: [string, RegExp][] = [
    ['<html><body>Not today</body></html>', /^(invalid|unreachable)$/],
    [metalink(text, [`${served.address}/new`]).slice(0, 500), /^(invalid|unreachable|digest-mismatch)$/],
    ['', /^(invalid|unreachable)$/],
    [metalink(text, []), /^unreachable$/],
    [metalink(text, ['gopher://127.0.0.1/new']), /^unreachable$/],
  ];
  for (const [content, code] of wrong) {
    const error = await failure((await list('metalink', content)).solve(asked));
    assert.match(error.code, code, `${content.slice(0, 80)}: ${error.located}`);
    assert.match(error.message, /repository 'base'/);
  }
  assert.equal((await failure(at('metalink', 'none').solve(asked))).code, 'unreachable');
});

test('of a list of mirrors a dead one is passed over, for metadata and for packages', async (t) => {
  const { list, served, dead } = await setUp(t);
  const world = await list('mirrorlist', `# a comment\n${dead}/\n\n${served.address}/new/\n`);
  const pins = await world.solve(asked);
  await world.download(pins);
  assert.ok(await world.store.verify(pins[0]?.sha256 ?? ''));
  for (const content of ['', '# nothing\n', '<html>Not today</html>\n', `${dead}\n`]) {
    const error = await failure((await list('mirrorlist', content)).solve(asked));
    assert.equal(error.code, 'unreachable', content);
    assert.match(error.message, /repository 'base'/);
  }
});

test('a repository that goes away between its first file and the others', async (t) => {
  const { at, served } = await setUp(t);
  const world = at('baseurl', 'new');
  for (const fail of [failings.gone, failings.busy, failings.short, failings.closed]) {
    served.instead = failFor(['-primary.xml', '-filelists.xml'], fail);
    const error = await failure(world.solve(asked));
    assert.equal(error.code, 'unreachable', error.detail);
    assert.match(error.message, /^the metadata of repository 'base' could not be read/);
  }
  served.instead = failFor(['-primary.xml'], failings.wrong);
  assert.equal((await failure(world.solve(asked))).code, 'digest-mismatch');
  served.instead = undefined;
  assert.equal((await world.solve(asked)).length, 1, 'and is back');
});

test('a repository that goes away between its metadata and its packages', async (t) => {
  const { folder, at, served } = await setUp(t);
  const world = at('baseurl', 'new');
  const pins = await world.solve(asked);
  const sha256 = pins[0]?.sha256 ?? '';
  for (const [code, fail] of [
    ['pin-gone', failings.gone],
    ['digest-mismatch', failings.wrong],
  ] as const) {
    served.instead = failFor(['.rpm'], fail);
    const error = await failure(world.download(pins));
    assert.equal(error.code, code, error.detail);
    assert.match(error.message, /one 1\.0-1 \(base\)/);
    assert.equal(await world.store.find(sha256), undefined);
  }
  served.instead = undefined;
  await rm(path.join(folder, 'new/Packages'), { recursive: true });
  assert.equal((await failure(world.download(pins))).code, 'pin-gone');
});

test('a package comes from the next mirror, however the one before fails', async (t) => {
  const { folder, list, served } = await setUp(t);
  await cp(path.join(folder, 'new'), path.join(folder, 'other'), { recursive: true });
  const world = await list('mirrorlist', `${served.address}/other\n${served.address}/new\n`);
  const pins = await world.solve(asked);
  const sha256 = pins[0]?.sha256 ?? '';
  for (const fail of Object.values(failings)) {
    served.instead = failFor(['/other/Packages/'], fail);
    served.asked.splice(0);
    await world.download(pins);
    assert.ok(
      served.asked.some((name) => name.startsWith('/other/Packages/')),
      'it was asked first',
    );
    assert.ok(await world.store.verify(sha256));
    await rm((await world.store.find(sha256)) ?? '');
  }
});

test('metadata with what else repositories have: updateinfo', async (t) => {
  const folder = await temporaryFolder(t);
  const update = `<updates><update from="fixture@example.org" status="final" type="security" version="1">
<id>FX-2023-1</id><title>one</title><issued date="2023-11-14 22:13:20"/><severity>Important</severity>
<pkglist><collection short="base"><name>base</name><package name="one" version="1.0" release="1" epoch="0" arch="noarch">
<filename>one-1.0-1.noarch.rpm</filename></package></collection></pkglist></update></updates>`;
  // Advisories are not what packages are chosen by.
  for (const updates of [update, update.slice(0, 200)]) {
    const place = path.join(folder, `repo-${updates.length}`);
    await vendor.publish(place, { packages: [one, { name: 'two' }], updates });
    assert.match(await readFile(path.join(place, 'repodata/repomd.xml'), 'utf8'), /type="updateinfo"/);
    const world = createWorld(folder, { base: { uri: `file://${place}`, keyring: vendor.keyring } });
    assert.deepEqual(await world.names(asked), ['one 1.0-1']);
  }
});
