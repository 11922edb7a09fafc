/** From a repository of rpms by way of pins and store to a root, with the real dnf and rpm. */
import assert from 'node:assert/strict';
import { cp } from 'node:fs/promises';
import path from 'node:path';
import { after, type TestContext, test } from 'node:test';
import { newestDate } from '../../../../scripts/adapters/image/package-date.ts';
import type { ImageSpec } from '../../../../scripts/model/kickstart/image-spec.ts';
import type { Pin } from '../../../../scripts/model/types.generated.ts';
import { smallRequest } from '../../../adapters/image/small-spec.ts';
import { createWorld, request } from '../../../adapters/rpm/world.ts';
import { createVendor, type RepositoryFixture, rpmDate } from '../../../support/rpm-repository.ts';
import { temporaryFolder } from '../../../support/temporary-folder.ts';
import { runBehindWalls } from './walls.ts';

const greet = 'local f = io.open("/etc/motd", "w"); f:write("hello from %post\\n"); f:close()';
const content: RepositoryFixture = {
  packages: [
    { name: 'filesystem', folders: ['/etc', '/usr', '/usr/bin', '/proc', '/sys', '/dev', '/run', '/tmp'] },
    {
      name: 'tool',
      version: '3:1.2-3.fx1',
      requires: ['filesystem'],
      files: {
        '/usr/bin/tool': '#!/bin/tool\n',
        '/etc/tool.conf': 'setting\n',
        '/usr/share/doc/tool/README': 'words\n',
      },
      languages: ['de', 'fr'],
      post: greet,
      interpreter: '<lua>',
    },
    { name: 'broken', requires: ['filesystem'], post: 'error("no luck")', interpreter: '<lua>' },
    {
      name: 'nosy',
      requires: ['filesystem'],
      post: 'os.execute("x"); assert(io.open("/store"))',
      interpreter: '<lua>',
    },
  ],
};
const shared = await temporaryFolder({ after });
const vendor = await createVendor({ after });
await vendor.publish(path.join(shared, 'repo'), content);
const address = { uri: `file://${path.join(shared, 'repo')}`, keyring: vendor.keyring };
const world = createWorld(shared, { base: address });

async function pinsOf(packages: string[]): Promise<Pin[]> {
  const pins = await world.solve(request({ packages }));
  await world.download(pins);
  return pins;
}

async function build(t: TestContext, pins: Pin[], spec: Partial<ImageSpec> = {}) {
  const folder = await temporaryFolder(t);
  await cp(path.join(shared, 'store'), path.join(folder, 'store'), { recursive: true });
  const asked = { ...smallRequest(spec), payload: 'rpm' as const, architecture: 'x86_64' as const, pins };
  return await runBehindWalls(folder, { ...asked, epoch: rpmDate }, 'rpms');
}

const paths = (files: readonly string[] | undefined) =>
  (files ?? [])
    .map((line) => line.split(' ')[0] ?? '')
    .filter((name) => !name.startsWith('/usr/lib/sysimage'));

test('pinned rpms of the store become a root, twice the same', async (t) => {
  const pins = await pinsOf(['tool']);
  assert.equal(await newestDate(pins, world.store, 'rpm'), rpmDate);
  const end = await build(t, pins, { excludeDocs: true, languages: ['de'] });
  assert.equal(end.message, undefined, `${end.detail}\n${end.stack}\n${end.log}`);
  assert.equal(end.motd, 'hello from %post\n');
  const there = paths(end.files);
  for (const name of ['/usr/bin/tool', '/etc/tool.conf', '/usr/share/locale/de/LC_MESSAGES/tool.mo'])
    assert.ok(there.includes(name), name);
  for (const name of ['/usr/share/doc/tool/README', '/usr/share/locale/fr/LC_MESSAGES/tool.mo', '/dev/null'])
    assert.ok(!there.includes(name), name);
  for (const folder of ['/proc 40555', '/sys 40555', '/dev 40755'])
    assert.ok(end.files?.includes(`${folder} 0:0 ${rpmDate}`), `${folder}\n${end.files?.join('\n')}`);
  assert.ok(end.files?.includes(`/usr/bin/tool 100755 0:0 ${rpmDate}`), end.files?.join('\n'));
  const again = await build(t, pins, { excludeDocs: true, languages: ['de'] });
  assert.deepEqual(again.files, end.files);
  assert.equal(again.digest, end.digest);
  const all = paths((await build(t, pins, { excludeDocs: false, languages: ['all'] })).files);
  assert.ok(
    all.includes('/usr/share/doc/tool/README') && all.includes('/usr/share/locale/fr/LC_MESSAGES/tool.mo'),
  );
});

test('a script of a package that fails ends the build, which rpm alone does not', async (t) => {
  const broken = await build(t, await pinsOf(['broken']));
  assert.equal(broken.code, 'build-failed');
  assert.match(broken.detail ?? '', /%post\(broken-1\.0-1\.noarch\).*no luck/);
  const nosy = await build(t, await pinsOf(['nosy']));
  assert.equal(nosy.code, 'build-failed', 'nothing but the root is there for it');
});

test('pins that lack what a package needs are not installed', async (t) => {
  const pins = await pinsOf(['tool']);
  const end = await build(
    t,
    pins.filter(({ name }) => name === 'tool'),
  );
  assert.equal(end.code, 'build-failed');
  assert.match(end.detail ?? '', /filesystem is needed by tool/);
});
