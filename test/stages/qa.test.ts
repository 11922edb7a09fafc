import assert from 'node:assert/strict';
import { readdir, readFile } from 'node:fs/promises';
import path from 'node:path';
import { test } from 'node:test';
import { AperiodicError } from '../../scripts/model/errors.ts';
import { countChecks, imageChecks } from '../../scripts/model/qa/checks.ts';
import { testImage } from '../../scripts/stages/qa.ts';
import { cleanFiles } from '../support/fake-ports-guests.ts';
import { built, diskMib, failureOf, good, makeWorld, mib } from './qa-world.ts';

test('a good image passes in three boots, and the report is kept', async () => {
  const world = makeWorld({ name: 'good' });
  const { qa } = await testImage(built, world.ports);
  assert.equal(qa.accelerator, 'tcg');
  assert.equal(qa.boots, 3);
  assert.deepEqual(
    qa.results.filter(({ result }) => result === 'failed'),
    [],
  );
  assert.equal(
    qa.results.length,
    imageChecks.length + countChecks('bios', built.job) + countChecks('uefi', built.job),
  );
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
  assert.match(
    error.message,
    /failed efi-partition-mounted \(uefi\), fstab-in-use \(uefi\), boot-loader-installs \(uefi\)/,
  );
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

test('whoever tries the stage itself may leave guests and checks out', async () => {
  const none = makeWorld({ name: 'no-guests' });
  const { qa } = await testImage(built, none.ports, { firmwares: [] });
  assert.deepEqual([qa.boots, qa.results.length, none.log], [0, imageChecks.length, []]);
  const few = makeWorld({ name: 'few-checks' });
  const options = { firmwares: ['bios'], only: ['root-grown', 'password-refused'], reboot: false } as const;
  const { qa: small } = await testImage(built, few.ports, options);
  assert.deepEqual(
    small.results.slice(imageChecks.length).map(({ id }) => id),
    ['boots', 'root-grown', 'password-refused'],
  );
  assert.equal(small.boots, 1);
});

test('the report for CI systems holds the end of the serial console and the files that were kept', async () => {
  const world = makeWorld({
    name: 'evidence',
    guests: { bios: { answers: { ...good, 'system-running': 'degraded' }, serial: 'the last <words>' } },
  });
  await failureOf(world);
  const text = await readFile(path.join(world.logs, 'junit.xml'), 'utf8');
  const journal = path.join(world.logs, 'bios-journal.txt');
  assert.match(text, /<system-err>Serial console:\nthe last &lt;words&gt;\n\nKept:\n/);
  assert.ok(text.includes(journal));
  assert.equal(text.match(/<system-err>/g)?.length, 1);
});
