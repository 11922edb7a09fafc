/** Choosing an image by the command line, as a user runs it. */
import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { type TestContext, test } from 'node:test';
import { find } from '../../../../scripts/cli/find.ts';
import type { Catalog } from '../../../../scripts/model/catalog/catalog.ts';
import { assertValid } from '../../../../scripts/model/schema.ts';
import { runMain } from '../../../cli/run-main.ts';
import { base, catalogFiles, loadFixture, versions } from '../../../model/catalog/catalog-fixture.ts';
import { commitFiles, git } from '../../../support/git.ts';
import { assertGolden } from '../../../support/golden.ts';
import { made, makeKey, type TestKey } from '../../../support/openpgp.ts';
import { put, writePublished } from '../../../support/published-folder.ts';
import { renderApi } from '../../../support/render-data.ts';
import { serveFolder } from '../../../support/serve-folder.ts';
import { temporaryFolder } from '../../../support/temporary-folder.ts';

const key = await makeKey('releases');
const golden = path.join(import.meta.dirname, 'golden');
const wanted = ['--distro', 'testix', '--image', 'cloud-base', '--arch', 'amd64'];

async function checkOut(t: TestContext): Promise<string> {
  const root = await temporaryFolder(t);
  for (const [file, content] of Object.entries(catalogFiles())) await put(root, file, content);
  return root;
}

async function run(cwd: string, ...args: string[]) {
  const { code, stdout, stderr } = await runMain(['find', ...args], { cwd, commands: [find] });
  return { code, stdout, stderr };
}

test('over a checkout: what there is, for people and for programs', async (t) => {
  const root = await checkOut(t);
  const told = await run(root, ...wanted, '--at', '2026-11-30');
  assert.equal(told.code, 0, told.stderr);
  assertGolden(path.join(golden, 'checkout.txt'), told.stdout);
  const one = await run(root, ...wanted, '--region', 'us-east-1', '--at', '2026-11-30', '--json');
  const { matches } = assertValid('ApiFound', JSON.parse(one.stdout));
  assert.deepEqual(
    matches.map(({ version, offer }) => [version, offer.kind === 'ami' && offer.ami]),
    [[versions.superseded, 'ami-20261001000000002']],
  );
  const container = await run(root, '--image', 'container-base', '--arch', 'arm64');
  assertGolden(path.join(golden, 'container.txt'), container.stdout);
});

test('history knows since when a release is public, whenever its record was last written', async (t) => {
  const root = await checkOut(t);
  await git(root, 'init', '--quiet', '--initial-branch=main');
  await commitFiles(root, {}, 'all');
  const committed = Number(await git(root, 'log', '-1', '--format=%ct')) * 1000;
  const found = await run(root, ...wanted, '--region', 'eu-west-1', '--json');
  assert.equal(found.code, 0, found.stderr);
  const [match] = assertValid('ApiFound', JSON.parse(found.stdout)).matches;
  assert.deepEqual([match?.version, Date.parse(match?.publishedAt ?? '')], [versions.current, committed]);
  const before = await run(root, ...wanted, '--at', '2026-10-16');
  assert.match(before.stderr, /nothing of testix-1\/cloud-base was public at 2026-10-16T23:59:59/);
});

test('files of a checkout are where its site says they are, else where its notices do', async (t) => {
  const root = await checkOut(t);
  const file = 'releases/targets.yaml';
  const notices = `mirrors: [{id: primary, keep: 2}]
notices:
  prefix: TESTIX
  publisher: {name: Testix images, namespace: 'https://testix.example.org'}
  from: {address: images@testix.example.org}
  to: [announce@testix.example.org]
  site: https://notices.example.org
`;
  const ask = async () => {
    const { stdout, stderr } = await run(root, ...wanted, '--at', '2026-11-30', '--json');
    assert.equal(stderr, '');
    return assertValid('ApiFound', JSON.parse(stdout)).matches.map(({ downloads }) => downloads);
  };
  await put(root, file, notices);
  assert.deepEqual(new Set(await ask()), new Set(['https://notices.example.org']));
  await put(root, file, `${notices}site: {downloads: 'https://mirror.example.org/images'}\n`);
  assert.deepEqual(new Set(await ask()), new Set(['https://mirror.example.org/images']));
});

test('nothing fits: why, and exit code 1', async (t) => {
  const root = await checkOut(t);
  const none = await run(root, '--distro', 'debain');
  assert.deepEqual([none.code, none.stdout], [1, '']);
  assert.match(none.stderr, /there is no distribution 'debain': there are othix, testix/);
  assert.match((await run(root, '--version', versions.withdrawn)).stderr, /was withdrawn: It does not boot/);
  assert.match((await run(root, '--arch', 'mips')).stderr, /"mips" is no processor/);
  assert.match((await run(root, '--keyring', 'x')).stderr, /--keyring and --state go with --from/);
  await put(root, `releases/${base}/20261399.0.yaml`, 'version: x\n');
  assert.match(
    (await run(root)).stderr,
    /20261399\.0\.yaml: '20261399\.0' is not a version, so that its place/,
  );
});

interface Site {
  folder: string;
  address: string;
  /** Publishes a catalog, signed. */
  publish(catalog: Catalog, by?: TestKey): Promise<void>;
  ask(...args: string[]): ReturnType<typeof run>;
}

async function setUp(t: TestContext): Promise<Site> {
  const folder = await temporaryFolder(t);
  const site = path.join(folder, 'site');
  await put(folder, 'keys.asc', key.publicArmored);
  const { address } = await serveFolder(t, site);
  const always = [
    '--from',
    address,
    '--keyring',
    path.join(folder, 'keys.asc'),
    '--state',
    path.join(folder, 'state.json'),
  ];
  const publish = async (catalog: Catalog, by = key) =>
    await writePublished(site, renderApi(catalog, { downloads: 'https://images.example.org' }), by);
  await publish(await loadFixture());
  return { folder: site, address, publish, ask: (...args) => run(folder, ...always, ...args) };
}

test('over what a site publishes: the same, by signed documents of the streams that are asked for', async (t) => {
  const { ask } = await setUp(t);
  const found = await ask(...wanted, '--region', 'eu-west-1', '--at', '2026-11-30', '--json');
  assert.equal(found.code, 0, found.stderr);
  const { signers, ...rest } = JSON.parse(found.stdout);
  assert.deepEqual(signers, [key.fingerprint]);
  const [match] = assertValid('ApiFound', rest).matches;
  assert.deepEqual([match?.version, match?.downloads], [versions.current, 'https://images.example.org']);
  const told = await ask(...wanted, '--at', '2026-11-30');
  assertGolden(path.join(golden, 'published.txt'), told.stdout.replaceAll(key.fingerprint, 'FINGERPRINT'));
  assert.match(
    (await ask('--distro', 'debain')).stderr,
    /there is no distribution 'debain': there are othix, testix/,
  );
});

const stream = `api/v1/streams/${base}/stream.sjson`;

test('what was changed, or signed by somebody else, or by an expired key, is refused', async (t) => {
  const { folder, ask, publish } = await setUp(t);
  const signed = await readFile(path.join(folder, stream), 'utf8');
  await put(folder, stream, signed.replaceAll('ami-20261101000000001', 'ami-0bad0bad0bad0bad0'));
  const changed = await ask(...wanted);
  assert.deepEqual([changed.code, changed.stdout], [1, '']);
  assert.match(changed.stderr, new RegExp(`${base}/stream\\.sjson: .*is not of these bytes`));
  await publish(await loadFixture(), await makeKey('somebody else'));
  assert.match((await ask(...wanted)).stderr, /catalog\.sjson: /);
  // Good when the newest record was signed, and not any more.
  const expired = await makeKey('releases of summer', made, 315);
  await put(folder, '../keys.asc', expired.publicArmored);
  await publish(await loadFixture(), expired);
  assert.match((await ask(...wanted)).stderr, /which expired at 2026-11-12T00:00:00Z: get the new key/);
});

test('an older document, and one in the place of another, are refused', async (t) => {
  const { folder, ask, publish } = await setUp(t);
  assert.equal((await ask(...wanted)).code, 0);
  const { streams } = await loadFixture();
  const older = streams.map((one) => ({
    ...one,
    ...(one.latest === undefined ? {} : { latest: one.releases.at(-1)?.version ?? '' }),
    releases: one.releases.slice(-1),
  }));
  await publish({ streams: older });
  const found = await ask(...wanted);
  assert.equal(found.code, 1);
  assert.match(found.stderr, /serial 1, but serial 5 of testix-1\/cloud-base was seen before/);
  // From before there were serials.
  const first = older.map((one) => ({
    ...one,
    releases: one.releases.map((release) => {
      const { serial: _, ...record } = release.record;
      return { ...release, record };
    }),
  }));
  await publish({ streams: first });
  assert.match(
    (await ask(...wanted)).stderr,
    /serial 0, but serial 5 of testix-1\/cloud-base was seen before/,
  );
  await publish({ streams });
  const other = 'api/v1/streams/testix-1/container-base/stream.sjson';
  await put(folder, stream, await readFile(path.join(folder, other), 'utf8'));
  assert.match((await ask(...wanted)).stderr, /are of different times, or one is put in another's place/);
});

test('addresses are https, or on this machine', async (t) => {
  const { folder } = await setUp(t);
  for (const from of [
    'http://images.example.org',
    'file:///etc',
    'ftp://127.0.0.1',
    'https://user:secret@example.org',
    'nowhere',
  ]) {
    const { code, stderr } = await run(folder, '--from', from, '--keyring', path.join(folder, '../keys.asc'));
    assert.equal(code, 1);
    assert.match(stderr, /is not an https address without a login/);
  }
  const unkeyed = await run(folder, '--from', 'https://images.example.org');
  assert.match(unkeyed.stderr, /name the keys that you trust with --keyring/);
});
