import assert from 'node:assert/strict';
import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { after, test } from 'node:test';
import { AperiodicError } from '../../scripts/model/errors.ts';
import { countChecks, imageChecks } from '../../scripts/model/qa/checks.ts';
import type { Built } from '../../scripts/model/types.generated.ts';
import type { BootRequest, Firmware } from '../../scripts/ports.ts';
import { testImage } from '../../scripts/stages/qa.ts';
import { command, disk, parsedOf, somePackages } from '../model/kickstart/commands.ts';
import { makeContext, makeDisk } from '../model/qa/context.ts';
import { cleanFiles, goodAnswers } from '../support/fake-ports-guests.ts';
import { createFakeGuest, type GuestBehaviour, type GuestLog } from './fake-guest.ts';

const top = await mkdtemp(path.join(tmpdir(), 'aperiodic-qa-'));
after(async () => await rm(top, { recursive: true }));

const digest = '0'.repeat(64);
const rawSize = 2 * 1024 ** 3;
const fileRef = { sha256: digest, size: 1000, uri: 'test:file' };
const { parsed, lines } = parsedOf([
  ...disk,
  somePackages,
  command('bootloader', { '--append': 'console=ttyS0' }),
]);

const built: Built = {
  job: { ...makeContext().job, kickstart: lines },
  raw: { ...fileRef, size: rawSize },
  artifacts: [{ name: 'Test-Image.qcow2', format: 'qcow2', file: fileRef }],
  tools: {},
};

const mib = 1024 ** 2;
const diskMib = 6144;
const good: GuestBehaviour['answers'] = goodAnswers({
  diskSize: diskMib * mib,
  seconds: 1_700_000_000,
  packages: 'alpha 1.0-1 amd64 ii\nbeta 2:3.1 all ii\n',
});

interface World {
  name: string;
  guests?: Partial<Record<Firmware, Partial<GuestBehaviour>>>;
  boot?: (request: BootRequest) => Promise<void>;
  files?: Record<string, string>;
}

function makeWorld({ name, guests = {}, boot, files = cleanFiles }: World) {
  const log: GuestLog = [];
  const requests: BootRequest[] = [];
  const told: string[] = [];
  const folder = async (kind: string, part: string, fresh: boolean) => {
    const made = path.join(top, name, kind, part);
    if (fresh) await rm(made, { recursive: true, force: true });
    await mkdir(made, { recursive: true });
    return made;
  };
  const ports: Parameters<typeof testImage>[1] = {
    clock: { now: () => new Date(1_700_000_000_000), sleep: async () => undefined },
    artifacts: {
      put: async () => assert.fail('QA makes no artifact'),
      get: async () => '/images/test.raw',
      workFolder: async (part) => await folder('work', part, true),
      logFolder: async (part) => await folder('logs', part, false),
    },
    kickstarts: { parse: async () => parsed },
    disks: { open: async () => makeDisk(files) },
    machines: {
      accelerator: async () => 'tcg',
      async boot(request) {
        await boot?.(request);
        requests.push(request);
        await writeFile(path.join(request.folder, 'serial.log'), `${request.firmware} serial`);
        const behaviour = { answers: good, ...guests[request.firmware] };
        return createFakeGuest(request, behaviour, log);
      },
    },
    log: {
      info: (message) => told.push(message),
      warn: (message) => told.push(message),
      task: (title) => {
        told.push(title);
        return {
          progress: (done, total, unit) => told.push(`${done}/${total} ${unit}`),
          note: (text) => told.push(text),
          done: (summary) => told.push(`done: ${summary}`),
          failed: (reason) => told.push(`failed: ${reason}`),
        };
      },
    },
  };
  const logs = path.join(top, name, 'logs', 'test-1/image/20260102.0/qa-amd64');
  return { ports, log, requests, told, logs };
}

async function failureOf(world: ReturnType<typeof makeWorld>): Promise<AperiodicError> {
  const error = await testImage(built, world.ports).then(
    () => assert.fail('the image should have failed'),
    (problem: unknown) => problem,
  );
  assert.ok(error instanceof AperiodicError, String(error));
  return error;
}

test('a good image passes in three boots, and the report is kept', async () => {
  const world = makeWorld({ name: 'good' });
  const { qa } = await testImage(built, world.ports);
  assert.equal(qa.accelerator, 'tcg');
  assert.equal(qa.boots, 3);
  assert.deepEqual(
    qa.results.filter(({ result }) => result === 'failed'),
    [],
  );
  assert.equal(qa.results.length, imageChecks.length + countChecks('bios') + countChecks('uefi'));
  assert.deepEqual(JSON.parse(await readFile(path.join(world.logs, 'qa.json'), 'utf8')), qa);
  assert.deepEqual((await readdir(world.logs)).sort(), [
    'bios-serial.log',
    'junit.xml',
    'qa.json',
    'uefi-serial.log',
  ]);
  assert.ok(world.told.includes(`${qa.results.length}/${qa.results.length} checks`));
  assert.equal(world.told.at(-1), `done: ${qa.results.length} checks passed in 3 boots (tcg)`);
});

test('both guests get a larger disk and the default user of the image, and are stopped', async () => {
  const world = makeWorld({ name: 'requests' });
  await testImage(built, world.ports);
  assert.deepEqual(
    // The guests are started side by side: which one asks first is not told.
    world.requests
      .map(({ firmware, disk: file, diskFormat, diskSize, user }) => [
        firmware,
        file,
        diskFormat,
        diskSize,
        user,
      ])
      .sort(([a = ''], [b = '']) => String(a).localeCompare(String(b))),
    (['bios', 'uefi'] as const).map((firmware) => [
      firmware,
      '/images/test.raw',
      'raw',
      diskMib * mib,
      'cloud-user',
    ]),
  );
  const of = (firmware: string) => world.log.filter((line) => line.startsWith(firmware));
  assert.deepEqual(of('bios'), ['bios boots', 'bios session', 'bios reboots', 'bios session', 'bios stops']);
  assert.deepEqual(of('uefi'), ['uefi boots', 'uefi session', 'uefi stops']);
});

test('a failed check is named with what was seen, and journal and serial log are kept', async () => {
  const world = makeWorld({
    name: 'bad-check',
    guests: { uefi: { answers: { ...good, 'system-running': 'degraded\n' } } },
    files: { ...cleanFiles, '/etc/ssh/ssh_host_rsa_key': 'x' },
  });
  const error = await failureOf(world);
  assert.equal(error.code, 'qa-failed');
  assert.match(error.message, /^the image failed no-host-keys \(image\), system-running \(uefi\): see /);
  assert.match(
    error.detail ?? '',
    /system-running \(uefi\)\n {2}expected: .*running.*\n {2}seen:\n {4}degraded/,
  );
  assert.match(error.detail ?? '', /Serial console \(uefi\):\ntest login:/);
  for (const file of ['uefi-serial.log', 'uefi-journal.txt', 'qa.json', 'junit.xml']) {
    assert.ok(error.detail?.includes(path.join(world.logs, file)), file);
    await readFile(path.join(world.logs, file));
  }
  assert.ok(!error.detail?.includes('bios-journal.txt'));
  assert.ok(world.log.includes('uefi screenshot'));
  assert.match(world.told.at(-1) ?? '', /^failed: the image failed/);
});

test('a guest that never answers fails on boots alone, with its serial console', async () => {
  const world = makeWorld({
    name: 'dead',
    guests: {
      bios: {
        serial: 'Booting\nKernel panic - not syncing',
        waitForLogin: async () => {
          throw new AperiodicError('qa-failed', 'the guest gave up: Kernel panic', { detail: 'said QEMU' });
        },
      },
    },
  });
  const error = await failureOf(world);
  assert.match(error.message, /^the image failed boots \(bios\): see /);
  assert.match(error.detail ?? '', /the guest gave up: Kernel panic\n {4}said QEMU/);
  assert.match(error.detail ?? '', /Serial console \(bios\):\nBooting\nKernel panic/);
  assert.ok(!world.log.includes('bios journal'));
  const report: unknown = JSON.parse(await readFile(path.join(world.logs, 'qa.json'), 'utf8'));
  assert.ok(JSON.stringify(report).includes('"boots":2'));
});

test('a session that breaks fails the checks that did not answer', async () => {
  const world = makeWorld({ name: 'broken', guests: { uefi: { breaksAfter: 'root-grown' } } });
  const error = await failureOf(world);
  assert.match(error.message, /failed efi-partition-mounted \(uefi\), boot-loader-installs \(uefi\)/);
  assert.match(error.detail ?? '', /the session ended before \(exit code 255: Connection closed\)/);
});

test('a guest that does not come back fails on reboots', async () => {
  const reboot = async () => {
    throw new AperiodicError('qa-failed', 'no login within 600 s');
  };
  const error = await failureOf(makeWorld({ name: 'lost', guests: { bios: { reboot } } }));
  assert.match(error.message, /^the image failed reboots \(bios\): see /);
});

test('what is no fault of the image is told as it is, and the other guest is stopped', async () => {
  const world = makeWorld({
    name: 'no-firmware',
    boot: async ({ firmware }) => {
      if (firmware === 'uefi') throw new AperiodicError('missing-tool', 'ovmf is not installed');
    },
  });
  const error = await failureOf(world);
  assert.equal(error.code, 'missing-tool');
  assert.ok(world.log.includes('bios stops'));
});

test('a second run replaces the logs of the first', async () => {
  const bad = makeWorld({ name: 'again', guests: { bios: { answers: {} } } });
  await failureOf(bad);
  assert.ok((await readdir(bad.logs)).includes('bios-journal.txt'));
  const fine = makeWorld({ name: 'again' });
  await testImage(built, fine.ports);
  assert.ok(!(await readdir(fine.logs)).includes('bios-journal.txt'));
});
