import assert from 'node:assert/strict';
import { readdir, readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { test } from 'node:test';
import { AperiodicError } from '../../scripts/model/errors.ts';
import type { BootRequest } from '../../scripts/ports.ts';
import { renderJunit } from '../../scripts/render/junit.ts';
import { testImage } from '../../scripts/stages/qa.ts';
import { built, failureOf, good, makeWorld } from './qa-world.ts';

const killed = new AperiodicError('host-failed', 'QEMU was ended by SIGKILL', { detail: 'said QEMU' });
const broken = (code: 'host-failed' | 'disk-full' | 'missing-tool' | 'qa-failed') =>
  new AperiodicError(code, `the ${code} of a test`);

/** Fails so often, and then no more. */
function failing(times: number, error: AperiodicError) {
  let left = times;
  return async () => {
    if (left-- > 0) throw error;
  };
}

test('a machine that fails once is no fault of the image: the guest starts once more, and that is told', async () => {
  const waitForLogin = failing(1, killed);
  const world = makeWorld({ name: 'once', guests: { uefi: { waitForLogin } } });
  const { qa } = await testImage(built, world.ports);
  assert.deepEqual(qa.retries, [{ where: 'uefi', reason: 'host-failed: QEMU was ended by SIGKILL' }]);
  assert.equal(qa.boots, 3);
  assert.deepEqual(
    qa.results.filter(({ result }) => result === 'failed'),
    [],
  );
  const of = (firmware: string) => world.log.filter((line) => line.startsWith(firmware));
  assert.deepEqual(of('uefi'), ['uefi boots', 'uefi stops', 'uefi boots', 'uefi session', 'uefi stops']);
  assert.equal(of('bios').filter((line) => line === 'bios boots').length, 1);
  assert.ok(
    world.told.some((line) => /^the uefi guest is tested once more, because this machine failed/.test(line)),
  );
  assert.match(
    world.told.at(-1) ?? '',
    /in 3 boots \(tcg\), 1 tested once more because this machine failed$/,
  );
  assert.deepEqual(JSON.parse(await readFile(path.join(world.logs, 'qa.json'), 'utf8')).retries, qa.retries);
  assert.match(renderJunit(qa, 'x'), /<system-err>Tested once more: host-failed: QEMU was ended by SIGKILL</);
});

test('a second failure is told as what it is, with the logs of the machine', async () => {
  const boot = async ({ firmware, folder }: BootRequest) => {
    if (firmware === 'bios') await writeFile(path.join(folder, 'qemu.log'), 'out of memory');
  };
  const waitForLogin = failing(2, killed);
  const world = makeWorld({ name: 'twice', boot, guests: { bios: { waitForLogin } } });
  const error = await failureOf(world);
  assert.equal(error.code, 'host-failed');
  assert.match(
    error.message,
    /^the bios guest could not be tested in two tries, which says nothing of the image: QEMU/,
  );
  assert.match(error.detail ?? '', /^the first time: host-failed: QEMU was ended by SIGKILL\nsaid QEMU$/);
  assert.equal(world.log.filter((line) => line === 'bios boots').length, 2);
  assert.equal(await readFile(path.join(world.logs, 'bios-qemu.log'), 'utf8'), 'out of memory');
  assert.ok(!(await readdir(world.logs)).includes('qa.json'));
});

test('a machine that cannot start a guest, or fails between or in sessions, is retried alike', async () => {
  const start = failing(1, broken('host-failed'));
  const starts = makeWorld({
    name: 'start',
    boot: async ({ firmware }) => {
      if (firmware === 'bios') await start();
    },
  });
  assert.equal((await testImage(built, starts.ports)).qa.retries?.length, 1);
  const reboots = makeWorld({
    name: 'rebooting',
    guests: { bios: { reboot: failing(1, broken('disk-full')) } },
  });
  assert.deepEqual((await testImage(built, reboots.ports)).qa.retries, [
    { where: 'bios', reason: 'disk-full: the disk-full of a test' },
  ]);
});

test('a bad image is never started again', async () => {
  for (const [name, behaviour] of [
    ['never-up', { waitForLogin: failing(1, broken('qa-failed')) }],
    ['never-again', { reboot: failing(1, broken('qa-failed')) }],
    ['bad-answer', { answers: { ...good, 'system-running': 'degraded' } }],
    ['bad-session', { breaksAfter: 'system-running' }],
  ] as const) {
    const world = makeWorld({ name, guests: { bios: behaviour } });
    const error = await failureOf(world);
    assert.equal(error.code, 'qa-failed', name);
    assert.equal(world.log.filter((line) => line === 'bios boots').length, 1, name);
    const report = JSON.parse(await readFile(path.join(world.logs, 'qa.json'), 'utf8'));
    assert.equal('retries' in report, false, name);
  }
});

test('a guest that had failed before its machine did is bad, and gets no second try', async () => {
  const answers = { ...good, 'system-running': 'degraded' };
  const world = makeWorld({ name: 'both', guests: { bios: { answers, reboot: failing(1, killed) } } });
  const error = await failureOf(world);
  assert.equal(error.code, 'qa-failed');
  assert.match(error.message, /^the image failed system-running \(bios\): see /);
  assert.match(error.detail ?? '', /This machine failed after that \(bios\): QEMU was ended by SIGKILL/);
  assert.equal(world.log.filter((line) => line === 'bios boots').length, 1);
});

test('what no second try can mend gets none', async () => {
  const world = makeWorld({ name: 'tool', boot: failing(2, broken('missing-tool')) });
  assert.equal((await failureOf(world)).code, 'missing-tool');
  assert.ok(!world.told.some((line) => line.includes('once more')));
});

test('a disk that cannot be read is a bad image, of which nothing is started', async () => {
  const open = failing(9, new AperiodicError('invalid', 'the image has no root partition'));
  const unreadable = async () => {
    await open();
    return assert.fail('it cannot be opened');
  };
  const world = makeWorld({ name: 'unreadable', open: unreadable });
  const error = await failureOf(world);
  assert.equal(error.code, 'qa-failed');
  assert.match(error.message, /^the image failed disk-readable \(image\): see /);
  assert.match(error.detail ?? '', /seen:\n {4}the image has no root partition/);
  assert.deepEqual(world.log, []);
  const tool = makeWorld({
    name: 'no-debugfs',
    open: async () => {
      throw broken('missing-tool');
    },
  });
  assert.equal((await failureOf(tool)).code, 'missing-tool');
});

test('a disk whose reader was ended by somebody is read once more', async () => {
  const open = failing(1, broken('host-failed'));
  const { disks } = makeWorld({ name: 'disk' }).ports;
  const world = makeWorld({
    name: 'reader',
    open: async (raw) => {
      await open();
      return await disks.open(raw);
    },
  });
  const { qa } = await testImage(built, world.ports);
  assert.deepEqual(qa.retries, [{ where: 'image', reason: 'host-failed: the host-failed of a test' }]);
  assert.equal(qa.boots, 3);
});
