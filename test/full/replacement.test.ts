/**
 * Guests of a built image are replaced for real: by one that has a service more, and by one that wipes volumes and
 * runs no commands of the user data. One build, and four boots one after the other.
 */
import assert from 'node:assert/strict';
import { mkdir, mkdtemp, realpath, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { after, before, test } from 'node:test';
import { createDiskReader } from '../../scripts/adapters/disk/reader.ts';
import { createMirror } from '../../scripts/adapters/mirror/mirror.ts';
import { AperiodicError } from '../../scripts/model/errors.ts';
import type { Built, FileRef, PreviousRelease, Tested } from '../../scripts/model/types.generated.ts';
import type { Ports } from '../../scripts/ports.ts';
import { buildImage } from '../../scripts/stages/build.ts';
import { compareImage } from '../../scripts/stages/compare.ts';
import { fetchPackages } from '../../scripts/stages/fetch.ts';
import { prepareBench } from '../bench/prepare.ts';
import { silentLog } from '../support/fake-ports.ts';
import { type Patch, patchImage } from '../support/patched-image.ts';

const earlier = '20251201.0';

let folder = '';
let ports: Ports;
let built: Built;
let previous: PreviousRelease;

before(async () => {
  folder = await mkdtemp(path.join(await realpath(tmpdir()), 'aperiodic-replace-'));
  const { job, opened } = await prepareBench(folder, path.join(folder, 'store'), silentLog);
  const mirror = createMirror('primary', { directory: path.join(folder, 'mirror') });
  ports = { ...opened.ports, log: silentLog, mirror: () => mirror };
  built = await buildImage(await fetchPackages(job, ports), ports);
  previous = await publishPrevious(mirror);
});
after(async () => {
  await rm(folder, { recursive: true, force: true });
});

/** The image as it was built is the release before, and only a mirror has it. */
async function publishPrevious(mirror: ReturnType<Ports['mirror']>): Promise<PreviousRelease> {
  const [artifact] = built.artifacts;
  assert.ok(artifact !== undefined);
  const { file, format } = artifact;
  const name = artifact.name.replace(built.job.version, earlier);
  const held = await ports.artifacts.get(file);
  await mkdir(path.join(folder, 'mirror'));
  const { sha256, size } = file;
  await mirror.publish(
    `${built.job.stream}/${earlier}`,
    [{ name, path: held, sha256, size }],
    silentLog.task(''),
  );
  await rm(path.dirname(held), { recursive: true });
  return {
    version: earlier,
    raw: { sha256: built.raw.sha256, size: built.raw.size },
    artifacts: [{ name, format, sha256, size }],
    mirrors: [{ id: 'primary', path: `${built.job.stream}/${earlier}`, checksum: '0'.repeat(64) }],
    packages: built.job.pins.packages.length,
    figures: {},
  };
}

/** The image with these files, as if it had been built and tested. */
async function makeTested(patch: Patch): Promise<Tested> {
  const name = `patched-${built.job.version}.qcow2`;
  const target = await patchImage(await ports.artifacts.get(built.raw), path.join(folder, name), patch);
  const file: FileRef = await ports.artifacts.put(target, name);
  const job = {
    ...built.job,
    previous,
    // Patched images are not compressed, and the machine may be busy.
    gates: { downloadPercent: 1000, bootRatio: 20 },
  };
  return {
    built: { ...built, job, artifacts: [{ name, format: 'qcow2', file }] },
    qa: { accelerator: 'tcg', boots: 0, results: [] },
  };
}

test('an image with one service more takes over, and the service is told', async () => {
  const unit = `[Service]
Type=oneshot
RemainAfterExit=yes
ExecStart=/bin/true
[Install]
WantedBy=multi-user.target
`;
  const tested = await makeTested({
    files: { '/etc/systemd/system/one-more.service': unit },
    links: {
      '/etc/systemd/system/multi-user.target.wants/one-more.service': '/etc/systemd/system/one-more.service',
    },
  });
  const { comparison } = await compareImage(tested, ports);
  assert.ok(comparison);
  assert.equal(comparison.replacement.result, 'passed', comparison.replacement.reason);
  assert.ok((comparison.replacement.previous?.system ?? 0) > 0);
  assert.ok((comparison.replacement.now?.system ?? 0) > 0);
  assert.deepEqual(comparison.differences, [
    'enabled-units: + one-more.service',
    'active-services: + one-more.service',
  ]);
  const results = new Map(comparison.gates.map((gate) => [gate.id, gate]));
  assert.equal(results.get('boot-time')?.result, 'passed');
  assert.deepEqual(results.get('services')?.added, ['one-more.service']);
});

test('an image that wipes volumes and runs no commands is refused by name', async () => {
  const disk = await createDiskReader().open(await ports.artifacts.get(built.raw));
  const configuration = (await disk.read('/etc/cloud/cloud.cfg')) ?? '';
  const silent = configuration.replace(/^ - runcmd\n/m, '');
  assert.notEqual(silent, configuration);
  const wipe = `[Unit]
DefaultDependencies=no
After=systemd-udevd.service systemd-remount-fs.service
Before=cloud-init-local.service cloud-init.service
[Service]
Type=oneshot
ExecStart=/bin/sh -c 'udevadm settle; for disk in /dev/disk/by-id/virtio-*; do wipefs --all "$disk"; done'
`;
  const tested = await makeTested({
    files: { '/etc/cloud/cloud.cfg': silent, '/etc/systemd/system/wipe.service': wipe },
    links: { '/etc/systemd/system/sysinit.target.wants/wipe.service': '/etc/systemd/system/wipe.service' },
  });
  const error = await compareImage(tested, ports).then(
    () => assert.fail('it should have been refused'),
    (problem: unknown) => problem,
  );
  assert.ok(error instanceof AperiodicError, String(error));
  assert.equal(error.code, 'qa-failed');
  assert.match(error.message, /does not replace 20251201\.0 \(replacement-data, replacement-service\)/);
  assert.match(error.detail ?? '', /lost: kept\/random/);
  assert.match(error.detail ?? '', /aperiodic-keeper\.service is 'inactive disabled', was 'active enabled'/);
});
