/** Rpms of another processor, with the real dnf and rpm: solved for it, and installed. Their scripts are rpm's own Lua. */
import assert from 'node:assert/strict';
import { cp } from 'node:fs/promises';
import path from 'node:path';
import { test } from 'node:test';
import { smallRequest } from '../../../adapters/image/small-spec.ts';
import { base, createWorld, request } from '../../../adapters/rpm/world.ts';
import { createVendor, rpmDate } from '../../../support/rpm-repository.ts';
import { temporaryFolder } from '../../../support/temporary-folder.ts';
import { runBehindWalls } from './walls.ts';

const machines = ['x86_64', 'aarch64'] as const;

test('a repository for two processors gives each its own packages, and a root of them', async (t) => {
  const shared = await temporaryFolder(t);
  const vendor = await createVendor(t);
  const repository = path.join(shared, 'repo');
  await vendor.publish(repository, {
    packages: [
      { name: 'filesystem', folders: ['/etc', '/usr', '/usr/bin', '/proc', '/sys', '/dev', '/run', '/tmp'] },
      ...machines.map((architecture) => ({
        name: 'daemon',
        architecture,
        requires: ['filesystem'],
        files: { '/usr/bin/daemon': `#!/bin/daemon ${architecture}\n` },
        post: `local f = io.open("/etc/motd", "w"); f:write("${architecture}"); f:close()`,
        interpreter: '<lua>',
      })),
    ],
  });
  const address = { uri: `file://${repository}`, keyring: vendor.keyring };
  for (const architecture of machines) {
    const folder = path.join(shared, architecture);
    const world = createWorld(folder, { base: address }, [base], architecture);
    const pins = await world.solve(request({ packages: ['daemon'] }));
    assert.deepEqual(
      pins.map((pin) => `${pin.name} ${pin.architecture}`),
      [`daemon ${architecture}`, 'filesystem noarch'],
    );
    await world.download(pins);
    const walls = path.join(folder, 'walls');
    await cp(path.join(folder, 'store'), path.join(walls, 'store'), { recursive: true });
    const asked = { ...smallRequest(), payload: 'rpm' as const, architecture, pins, epoch: rpmDate };
    const end = await runBehindWalls(walls, asked, 'rpms');
    assert.equal(end.message, undefined, `${end.detail}\n${end.stack}\n${end.log}`);
    assert.equal(end.motd, architecture);
  }
});
