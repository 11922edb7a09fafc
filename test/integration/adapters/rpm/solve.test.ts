/** dnf's real solver on a repository of real packages in a folder. */
import assert from 'node:assert/strict';
import { cp } from 'node:fs/promises';
import path from 'node:path';
import { after, test } from 'node:test';
import { base, content, createWorld, request } from '../../../adapters/rpm/world.ts';
import { createVendor } from '../../../support/rpm-repository.ts';
import { temporaryFolder } from '../../../support/temporary-folder.ts';

const folder = await temporaryFolder({ after });
const vendor = await createVendor({ after });
await vendor.publish(path.join(folder, 'repo'), content);
const world = createWorld(folder, {
  base: { uri: `file://${path.join(folder, 'repo')}`, keyring: vendor.keyring },
});

test('the solver names a package and all that it needs, as pins', async () => {
  const pins = await world.solve(request({ packages: ['daemon'] }));
  assert.deepEqual(
    pins.map(({ name, version, architecture, repository, path: place }) => [
      name,
      version,
      architecture,
      repository,
      place,
    ]),
    [
      ['daemon', '2.0~rc1^git5-1.fx1', 'x86_64', 'base', 'Packages/daemon-2.0~rc1^git5-1.fx1.x86_64.rpm'],
      ['filesystem', '1.0-1', 'noarch', 'base', 'Packages/filesystem-1.0-1.noarch.rpm'],
      ['shell', '1:5.2-3', 'noarch', 'base', 'Packages/shell-5.2-3.noarch.rpm'],
    ],
  );
  // rpmbuild made each from a source of its own name.
  for (const { source } of pins) assert.equal(source, undefined);
  for (const { sha256, size } of pins) assert.ok(/^[0-9a-f]{64}$/.test(sha256) && size > 1000);
});

test('groups, environments, exclusions, patterns, name.arch and weak dependencies', async () => {
  const core = ['filesystem 1.0-1', 'shell 1:5.2-3'];
  assert.deepEqual(await world.names(request({ core: true })), core);
  assert.deepEqual(await world.names(request({ core: true, weakDependencies: true })), [
    'filesystem 1.0-1',
    'hints 1.0-1',
    'shell 1:5.2-3',
  ]);
  assert.deepEqual(
    await world.names(request({ core: true, weakDependencies: true, excluded: ['hints'] })),
    core,
  );
  const plain = ['editor 1.0-1', 'editor-plugin-one 1.0-1', ...core];
  const all = ['editor 1.0-1', 'editor-plugin-one 1.0-1', 'editor-plugin-two 1.0-1', ...core];
  assert.deepEqual(await world.names(request({ groups: [{ name: 'editing' }] })), plain);
  assert.deepEqual(await world.names(request({ groups: [{ name: 'Editing Fixture' }] })), plain);
  assert.deepEqual(await world.names(request({ groups: [{ name: 'editing', optional: true }] })), all);
  assert.deepEqual(await world.names(request({ groups: [{ name: 'editing', mandatoryOnly: true }] })), [
    'editor 1.0-1',
    ...core,
  ]);
  assert.deepEqual(
    await world.names(request({ groups: [{ name: 'editing' }], excluded: ['editor-plugin-*'] })),
    ['editor 1.0-1', ...core],
  );
  assert.deepEqual(await world.names(request({ packages: ['editor-plugin-*'] })), all);
  const served = ['daemon 2.0~rc1^git5-1.fx1', 'filesystem 1.0-1', 'manual 1.0-1', 'shell 1:5.2-3'];
  assert.deepEqual(await world.names(request({ environment: 'server-environment' })), served);
  assert.deepEqual(
    await world.names(
      request({ core: true, environment: 'server-environment', excludedGroups: ['serving'] }),
    ),
    core,
  );
  assert.deepEqual(await world.names(request({ packages: ['manual.noarch'] })), ['manual 1.0-1']);
});

test('variables of an address, cost, and what of a repository may be used at all', async () => {
  const place = path.join(folder, '44/x86_64/extra');
  await cp(path.join(folder, 'repo'), place, { recursive: true });
  const uri = `file://${folder}/$releasever/$basearch/extra`;
  const extra = { id: 'extra', type: 'rpm', keyring: 'fixture.asc', releasever: '44' } as const;
  const addresses = {
    base: { uri: `file://${path.join(folder, 'repo')}`, keyring: vendor.keyring },
    extra: { uri, keyring: vendor.keyring },
  };
  const from = async (more: { cost?: number; includePackages?: string[]; excludePackages?: string[] }) => {
    const source = { repository: 'extra', kind: 'baseurl', uri, ...more } as const;
    const two = createWorld(folder, addresses, [base, extra]);
    const asked = request({ repositories: ['base', 'extra'], packages: ['daemon'], sources: [source] });
    return (await two.solve(asked)).map(({ name, repository }) => `${name} ${repository}`);
  };
  const all = (repository: string) =>
    ['daemon', 'filesystem', 'shell'].map((name) => `${name} ${repository}`);
  assert.deepEqual(await from({ cost: 999 }), all('extra'));
  assert.deepEqual(await from({ cost: 1001 }), all('base'));
  assert.deepEqual(await from({ cost: 999, includePackages: ['daem*'] }), [
    'daemon extra',
    'filesystem base',
    'shell base',
  ]);
  assert.deepEqual(await from({ cost: 999, excludePackages: ['shell', 'daemon'] }), [
    'daemon base',
    'filesystem extra',
    'shell base',
  ]);
});

test('what does not exist is named, whatever kind it is of', async () => {
  const wrong = request({
    environment: 'no-environment',
    groups: [{ name: 'no-group' }],
    packages: ['no-package', 'nothing-*', 'manual.s390x'],
  });
  await assert.rejects(world.solve(wrong), {
    code: 'not-found',
    message:
      "no repository of the stream has the environment 'no-environment', the group 'no-group', the package no-package, " +
      'the package nothing-*, the package manual.s390x: check the name',
  });
});

test('what contradicts itself is told in the words of the solver', async () => {
  const told = (detail: RegExp) => (error: { code: string; detail: string }) => {
    assert.equal(error.code, 'unsolvable');
    assert.match(error.detail, detail);
    return true;
  };
  await assert.rejects(
    world.solve(request({ packages: ['daemon', 'rival'] })),
    told(/rival-1\.0-1\.noarch .*conflicts with daemon/s),
  );
  await assert.rejects(
    world.solve(request({ packages: ['lonely'] })),
    told(/nothing provides nowhere-to-be-found needed by lonely/),
  );
  await assert.rejects(
    world.solve(request({ packages: ['daemon'], excluded: ['shell'] })),
    told(/shell-1:5\.2-3\.noarch .*filtered out by exclude/s),
  );
  await assert.rejects(world.solve(request()), { code: 'unsolvable', message: /asks for no package/ });
});
