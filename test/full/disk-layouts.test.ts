/**
 * Other disks than that of the streams: the kickstart of the Cloud Base with other lines about partitions, built from
 * packages of today and tested as a release is, restarts and second kernel included.
 */
import assert from 'node:assert/strict';
import path from 'node:path';
import { after, test } from 'node:test';
import { createDiskReader } from '../../scripts/adapters/disk/reader.ts';
import { exec } from '../../scripts/adapters/host/exec.ts';
import { toolRoot } from '../../scripts/adapters/host/python-venv.ts';
import { countChecks } from '../../scripts/model/qa/checks.ts';
import type { Job, KickstartLine } from '../../scripts/model/types.generated.ts';
import { buildImage } from '../../scripts/stages/build.ts';
import { fetchPackages } from '../../scripts/stages/fetch.ts';
import { testImage } from '../../scripts/stages/qa.ts';
import { type Bench, prepareBench } from '../bench/prepare.ts';
import { createFakeLog } from '../support/fake-log.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';

const folder = await temporaryFolder({ after });
const log = createFakeLog();
const bench = await prepareBench(folder, path.join(toolRoot, '.aperiodic/test-store'), log);

/** The kickstart with these lines in the place of all that are about partitions. */
function withDisk(lines: readonly KickstartLine[], disk: readonly string[]): KickstartLine[] {
  const isPart = ({ text }: KickstartLine) => /^(part|reqpart|autopart)\b/.test(text);
  const first = lines.find(isPart);
  assert.ok(first !== undefined);
  const other = disk.map((text) => ({ ...first, text }));
  return lines.flatMap((line) => (line === first ? other : isPart(line) ? [] : [line]));
}

async function build({ job, opened: { ports } }: Bench, version: string, disk: readonly string[]) {
  const asked: Job = { ...job, version, kickstart: withDisk(job.kickstart, disk) };
  const built = await buildImage(await fetchPackages(asked, ports), ports);
  const raw = await ports.artifacts.get(built.raw);
  const { stdout } = await exec('sfdisk', ['--json', '--', raw]);
  const { partitions }: { partitions: { size: number }[] } = JSON.parse(stdout).partitiontable;
  return { built, raw, sizes: partitions.map(({ size }) => size / 2048) };
}

test('/boot and swap of their own, written in any order: tested as a release', async () => {
  const lines = [
    'part / --fstype="ext4" --size=1400 --grow --label=root --asprimary --ondisk=vda',
    'part swap --size 256 --label=swap',
    'part /boot --fstype ext4 --size=512 --label=boot --mkfsoptions="-m 1"',
    'reqpart',
  ];
  const { built, raw, sizes } = await build(bench, '20260101.0', lines);
  assert.deepEqual(sizes, [1, 64, 512, 256, 1400]);
  const view = await createDiskReader().open(raw);
  assert.match((await view.read('/boot/grub/grub.cfg')) ?? '', /^ {2}linux \/vmlinuz-/m);
  const { qa } = await testImage(built, bench.opened.ports);
  const bios = qa.results.filter(({ where }) => where === 'bios');
  const uefi = qa.results.filter(({ where }) => where === 'uefi');
  assert.deepEqual(
    [bios.length, uefi.length],
    [countChecks('bios', built.job), countChecks('uefi', built.job)],
  );
  assert.equal(new Set(qa.results.map(({ result }) => result)).size, 1, 'all of them passed');
});

test('the disk of autopart', async () => {
  const { raw, sizes } = await build(bench, '20260101.1', ['autopart --type=plain --noswap --nohome']);
  assert.deepEqual(sizes, [1, 64, 1024, 4096]);
  const view = await createDiskReader().open(raw);
  assert.deepEqual(
    ((await view.list('/boot')) ?? []).filter((name) => name.startsWith('vmlinuz-')).length,
    1,
  );
});
