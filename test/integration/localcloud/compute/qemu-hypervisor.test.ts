/** Real QEMU, with guests too small to need a system. */
import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { describe, test } from 'node:test';
import { setTimeout } from 'node:timers/promises';
import { createQemuHypervisor } from '../../../../scripts/localcloud/compute/qemu-hypervisor.ts';
import { makeDisk, planFor } from '../../../localcloud/support/small-guest.ts';

const hypervisor = createQemuHypervisor({ accelerator: 'tcg' });

/**
 * A boot sector in 16-bit code: writes A to the serial port (0x3f8), then sets SLP_EN in the power management register
 * where SeaBIOS puts it (0x604; ACPI, 4.8.3.2.1), which switches the machine off.
 */
const switchesOff = Buffer.from([
  ...[0xba, 0xf8, 0x03, 0xb0, 0x41, 0xee],
  ...[0xba, 0x04, 0x06, 0xb8, 0x00, 0x20, 0xef, 0xf4, 0xeb, 0xfd],
]);

describe('guests of QEMU', () => {
  test('one that switches itself off is told from one that was killed', async (t) => {
    const plan = await planFor(t, { forwardSsh: false }, switchesOff);
    const guest = await hypervisor.start(plan);
    assert.equal(guest.sshPort, undefined);
    assert.equal(await guest.ended, 'powered-off');
    assert.match(await readFile(path.join(plan.folder, 'serial.log'), 'latin1'), /A$/);
    await guest.kill();
  });

  test('has a port, a screen, room for a disk, and outlives a reset', async (t) => {
    const plan = await planFor(t, { firmware: 'uefi' }, Buffer.alloc(0));
    const guest = await hypervisor.start(plan);
    try {
      assert.ok((guest.sshPort ?? 0) > 0);
      assert.equal((await guest.screenshot())?.subarray(1, 4).toString(), 'PNG');
      const file = path.join(plan.folder, 'data.raw');
      await makeDisk(file, Buffer.alloc(0));
      await guest.attach({ volumeId: 'vol-0123456789abcdef1', file });
      await guest.reboot(0);
      assert.ok(await guest.screenshot());
    } finally {
      await guest.kill();
    }
    assert.equal(await guest.ended, 'killed');
    // Started again it has the variables of its firmware, and a log that goes on.
    const again = await hypervisor.start(plan);
    await again.kill();
    assert.equal(await again.ended, 'killed');
  });

  test('takes a disk, a picture and the power button while it is rebooted', async (t) => {
    const plan = await planFor(t, { firmware: 'uefi' }, Buffer.alloc(0));
    const guest = await hypervisor.start(plan);
    try {
      const file = path.join(plan.folder, 'data.raw');
      await makeDisk(file, Buffer.alloc(0));
      await guest.reboot(0);
      const disk = { volumeId: 'vol-0123456789abcdef1', file };
      const [picture] = await Promise.all([
        guest.screenshot(),
        guest.attach(disk),
        guest.pressPower(),
        guest.reboot(0),
      ]);
      assert.equal(picture?.subarray(1, 4).toString(), 'PNG');
      // It is there, whichever QEMU took it: a second one of the name is refused.
      await assert.rejects(guest.attach(disk), /Duplicate|already|in use/i);
    } finally {
      await guest.kill();
    }
  });

  for (const delay of [0, 30, 100, 300]) {
    test(`a kill ${delay} ms after a reboot leaves nothing`, async (t) => {
      const plan = await planFor(t, {}, Buffer.alloc(0));
      const guest = await hypervisor.start(plan);
      await guest.reboot(0);
      await setTimeout(delay);
      await guest.kill();
      assert.equal(await guest.ended, 'killed');
      await assert.rejects(guest.pressPower());
    });
  }
});
