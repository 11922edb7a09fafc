/** From a kickstart to pins and packages in the store for a stream of rpms, through the real command line. */
import assert from 'node:assert/strict';
import { mkdir, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { after, test } from 'node:test';
import { content } from '../adapters/rpm/world.ts';
import { runFailing } from '../support/failing.ts';
import { createFixtureRepository } from '../support/fixture-repository.ts';
import { metalink } from '../support/metalink.ts';
import { createVendor } from '../support/rpm-repository.ts';
import { failFor, failings, serveFolder } from '../support/serve-folder.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';

const stream = 'fixture-1/mini';
const kickstart = 'kickstarts/fixture.ks';
const renderKickstart = (packages: string) => `bootloader --location=mbr --timeout=0
part biosboot --fstype=biosboot --size=1
part /boot/efi --fstype=efi --size=33
part / --fstype=ext4 --size=500 --grow
rootpw --lock
repo --name=fixture-updates --baseurl=file:///nowhere --cost=50 --excludepkgs=daemon

%packages --exclude-weakdeps
${packages}
%end
`;
const repositories = `repositories:
  - { id: fixture, type: rpm, keyring: fixture.asc }
  - { id: fixture-updates, type: rpm, keyring: fixture.asc, signedMetadata: false }
`;
const about = `name: Fixture-Mini-1
title: A stream of a test
payload: rpm
kickstart: ${kickstart}
repositories: [fixture, fixture-updates]
architectures: [x86_64]
formats: [qcow2]
limits:
  downloadMiB: 400
  usedMiB: 1200
`;

const folder = await temporaryFolder({ after });
const vendor = await createVendor({ after });
const place = path.join(folder, 'repo');
await vendor.publish(place, content);
const newer = [
  { name: 'daemon', version: '9.0-1', architecture: 'x86_64' },
  { name: 'editor', version: '1.1-1', requires: ['shell'] },
];
await vendor.publish(path.join(folder, 'updates'), { packages: newer, signedMetadata: false });
const repository = await createFixtureRepository(folder, path.join(folder, 'store'));
const address = (name: string) =>
  `{ uri: 'file://${path.join(folder, name)}', keyring: '${vendor.keyring}' }`;
await mkdir(path.join(folder, 'settings'));
const settings = path.join(folder, 'settings/config.yaml');
await writeFile(
  settings,
  `repositories:\n  fixture: ${address('repo')}\n  fixture-updates: ${address('updates')}\n`,
);
const env = { APERIODIC_CONFIG: settings };
await rm(path.join(repository.root, 'releases/debian-12'), { recursive: true });
await repository.commit({
  'releases/repositories.yaml': repositories,
  [`releases/${stream}/stream.yaml`]: about,
  [kickstart]: renderKickstart('@serving\nedit*r\n-editor-plugin-*'),
});

test('a kickstart with groups, patterns and repositories is resolved, and its packages fetched', async () => {
  const resolved = await repository.cli(['resolve', stream], { env });
  assert.equal(resolved.code, 0, resolved.stderr);
  const file = `releases/${stream}/pins.x86_64.yaml`;
  const pins = await readFile(path.join(repository.root, file), 'utf8');
  const names = [...pins.matchAll(/^ {2}- \{ ?name: (\S+), version: '?([^',]+)/gm)].map(
    ([, name, version]) => `${name} ${version}`,
  );
  assert.deepEqual(names, [
    'daemon 2.0~rc1^git5-1.fx1',
    'editor 1.1-1',
    'filesystem 1.0-1',
    'manual 1.0-1',
    'shell 1:5.2-3',
  ]);
  assert.doesNotMatch(pins.replace(/uri: \S+/g, ''), /file:/, 'pins name no host and no folder');
  assert.match((await repository.cli(['resolve', stream], { env })).stdout, /unchanged, 5 packages/);
  const valid = await repository.cli(['validate'], { env });
  assert.equal(valid.code, 0, `${valid.stdout}${valid.stderr}`);
  await repository.commit();
  const proposed = await repository.cli(['propose', stream, '--reason', 'first'], { env });
  assert.equal(proposed.code, 0, proposed.stderr);
  await repository.commit();
  const fetched = await repository.cli(['fetch', stream, '--output', path.join(folder, 'fetched.json')], {
    env,
  });
  assert.equal(fetched.code, 0, fetched.stderr);
  assert.equal(
    (await readdir(path.join(folder, 'store/sha256'), { recursive: true })).filter((name) => name.length > 60)
      .length,
    5,
  );
});

test('packages that the server breaks off are not there: nothing comes into the store', async (t) => {
  const served = await serveFolder(t, folder);
  served.instead = failFor(['.rpm'], failings.short);
  const at = { ...env, APERIODIC_REPOSITORY_FIXTURE: `${served.address}/repo` };
  const store = path.join(folder, 'other-store');
  const output = path.join(folder, 'other.json');
  const error = await runFailing(repository, ['fetch', stream, '--output', output], {
    ...at,
    APERIODIC_STORE: store,
  });
  assert.equal(error.code, 'unreachable');
  assert.match(error.message, /^packages could not be downloaded: daemon /);
  const left = (await readdir(store, { recursive: true })).filter((name) => name.length > 60);
  assert.equal(left.length, 1, 'the one of the other repository');
  await assert.rejects(stat(output), { code: 'ENOENT' });
});

test('a metalink is followed, and nothing is written when the mirrors have other metadata', async (t) => {
  const served = await serveFolder(t, folder);
  const file = path.join(folder, 'by-metalink.yaml');
  const linked = `{ uri: '${served.address}/$basearch', kind: metalink, keyring: '${vendor.keyring}' }`;
  await writeFile(file, `repositories:\n  fixture: ${address('repo')}\n  fixture-updates: ${linked}\n`);
  const byMetalink = { APERIODIC_CONFIG: file };
  const repomd = await readFile(path.join(folder, 'updates/repodata/repomd.xml'));
  const list = (text: Buffer) =>
    writeFile(path.join(folder, 'x86_64'), metalink(text, [`${served.address}/updates`]));
  await list(Buffer.from('something else'));
  const error = await runFailing(repository, ['resolve', stream], byMetalink);
  assert.equal(error.code, 'digest-mismatch');
  assert.match(error.message, /^the metadata of repository 'fixture-updates' is damaged or cut short/);
  await list(repomd);
  const { code, stdout, stderr } = await repository.cli(['resolve', stream], { env: byMetalink });
  assert.equal(code, 0, stderr);
  assert.match(stdout, /unchanged, 5 packages/);
});

test('what cannot be resolved is told with the line of the kickstart, and nothing is written', async () => {
  const failing = async (packages: string) => {
    await repository.commit({ [kickstart]: renderKickstart(packages) });
    return await runFailing(repository, ['resolve', stream], env);
  };
  const unsolvable = await failing('daemon\nrival');
  assert.equal(unsolvable.code, 'unsolvable');
  assert.match(unsolvable.detail ?? '', /rival.*conflicts with daemon/);
  assert.equal(unsolvable.file, kickstart);
  const missing = await failing('@no-such-group\ndaemon\nno-such-package');
  assert.equal(missing.code, 'not-found');
  assert.match(missing.message, /the group 'no-such-group', the package no-such-package/);
  const [one, two] = ['kickstarts/include/one.ks', 'kickstarts/include/two.ks'];
  await repository.commit({ [one]: '\n%include two.ks\n', [two]: '%include one.ks\n' });
  const circle = await failing('daemon\n%include include/one.ks');
  assert.deepEqual([circle.code, circle.file, circle.line], ['invalid', two, 1]);
  assert.match(circle.message, /goes in a circle: \S+one\.ks includes \S+two\.ks includes \S+one\.ks/);
  await vendor.publish(place, { packages: content.packages.slice(0, 3), signedMetadata: false });
  assert.equal((await failing('shell')).code, 'invalid');
  await rm(place, { recursive: true });
  assert.equal((await failing('shell')).code, 'unreachable');
});
