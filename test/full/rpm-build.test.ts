/** A distribution in rpms from its repository to a disk image, twice the same. */
import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import path from 'node:path';
import { pipeline } from 'node:stream/promises';
import { after, test } from 'node:test';
import { createImageBuilder } from '../../scripts/adapters/image/builder.ts';
import type { Job } from '../../scripts/model/types.generated.ts';
import { post, smallPartitions, smallSpec } from '../adapters/image/small-spec.ts';
import { base, createWorld, request } from '../adapters/rpm/world.ts';
import { createFakeTask } from '../support/fake-log.ts';
import { makeDistributionRoot, wrapRoot } from '../support/rpm-distribution.ts';
import { createVendor } from '../support/rpm-repository.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';

test('a distribution in rpms becomes a disk image, twice the same', async () => {
  const folder = await temporaryFolder({ after });
  const vendor = await createVendor({ after });
  const root = await makeDistributionRoot(folder);
  const place = path.join(folder, 'repo');
  await vendor.publish(place, { packages: [], more: (packages) => wrapRoot(root, packages) });
  const world = createWorld(folder, { base: { uri: `file://${place}`, keyring: vendor.keyring } }, [base]);
  const asked = request({ packages: ['kernel', 'cloud-init', 'openssh-server'] });
  const pins = await world.solve(asked);
  assert.equal(pins.length, 5);
  await world.download(pins);
  const spec = smallSpec({
    request: asked,
    partitions: smallPartitions({ root: 1983, esp: 64 }),
    services: { enabled: ['ssh.service', 'systemd-networkd.service'], disabled: [] },
    scripts: [post(1, 'test "$(rpm -qa | wc -l)" = 5')],
  });
  const job: Job = {
    stream: 'fixture-1/cloud-base',
    name: 'Fixture',
    version: '20260101.0',
    content: '0'.repeat(64),
    commit: '0'.repeat(40),
    architecture: 'x86_64',
    payload: 'rpm',
    formats: ['qcow2'],
    limits: { downloadMiB: 1000, usedMiB: 2000 },
    kickstart: [],
    pins: { architecture: 'x86_64', request: asked, packages: pins },
    targets: { mirrors: [] },
  };
  const digests: string[] = [];
  for (const name of ['one', 'two']) {
    const out = path.join(folder, name);
    await mkdir(out);
    const builder = createImageBuilder({ storeFolder: path.join(folder, 'store') });
    const made = await builder.build(
      { job, spec, baseName: 'fixture', folder: out },
      world.store,
      createFakeTask(),
    );
    const hash = createHash('sha256');
    await pipeline(createReadStream(made.raw), hash);
    digests.push(hash.digest('hex'));
  }
  assert.equal(digests[0], digests[1]);
});
