/** Real QEMU, with guests too small to need a system. */
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { mkdir, open, readFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import path from 'node:path';
import { describe, type TestContext, test } from 'node:test';
import { startQemu } from '../../../scripts/adapters/qemu/process.ts';
import { type GuestPlan, METADATA_ADDRESS } from '../../../scripts/localcloud/compute/hypervisor.ts';
import { instanceArguments } from '../../../scripts/localcloud/compute/qemu-arguments.ts';
import { createQemuHypervisor, unprivileged } from '../../../scripts/localcloud/compute/qemu-hypervisor.ts';
import { temporaryFolder } from '../../support/temporary-folder.ts';

const hypervisor = createQemuHypervisor({ accelerator: 'tcg' });

/**
 * A boot sector in 16-bit code: writes A to the serial port (0x3f8), then sets SLP_EN in the power management register
 * where SeaBIOS puts it (0x604; ACPI, 4.8.3.2.1), which switches the machine off.
 */
const switchesOff = Buffer.from([
  ...[0xba, 0xf8, 0x03, 0xb0, 0x41, 0xee],
  ...[0xba, 0x04, 0x06, 0xb8, 0x00, 0x20, 0xef, 0xf4, 0xeb, 0xfd],
]);

async function planFor(t: TestContext, more: Partial<GuestPlan>, code: Buffer): Promise<GuestPlan> {
  const folder = await temporaryFolder(t);
  const file = path.join(folder, 'root,disk.raw');
  await makeDisk(file, code);
  const state = path.join(folder, 'guest');
  await mkdir(state);
  return {
    folder: state,
    firmware: 'bios',
    vcpus: 1,
    memory: 256,
    instanceId: 'i-0123456789abcdef0',
    instanceType: 't3.micro',
    mac: '02:00:00:00:00:01',
    disks: [{ volumeId: 'vol-0123456789abcdef0', file }],
    metadataPort: 9,
    forwardSsh: true,
    ...more,
  };
}

async function makeDisk(file: string, code: Buffer): Promise<void> {
  const sector = Buffer.alloc(512);
  code.copy(sector);
  sector.writeUInt16LE(code.length > 0 ? 0xaa55 : 0, 510);
  const handle = await open(file, 'w');
  await handle.write(sector);
  await handle.truncate(2 ** 20);
  await handle.close();
}

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

  test("reaches its metadata service, under QEMU's own sandbox", async (t) => {
    const asked = new Set<string>();
    let heard: () => void = () => undefined;
    const enough = new Promise<void>((resolve) => {
      heard = resolve;
    });
    const service = createServer((request, response) => {
      asked.add(`${request.method} ${request.headers.host} ${request.url}`);
      response.writeHead(404, { connection: 'close', 'content-length': 0 }).end(heard);
    });
    service.listen(0, '127.0.0.1');
    await once(service, 'listening');
    const address = service.address();
    const metadataPort = typeof address === 'object' && address !== null ? address.port : 0;
    const plan = await planFor(t, { metadataPort }, Buffer.alloc(0));
    // The network card's own boot code (iPXE) is a client without a system: it is left on, and told what to fetch.
    const args = instanceArguments(plan, {
      accelerator: 'tcg',
      serialLog: path.join(plan.folder, 'serial.log'),
    }).map((one) =>
      one.replace('romfile=,', '').replace(/^user,/, `user,bootfile=http://${METADATA_ADDRESS}/x,`),
    );
    const log = path.join(plan.folder, 'qemu.log');
    const qemu = await startQemu({ ...unprivileged(args), folder: plan.folder, log });
    try {
      await Promise.race([enough, qemu.ended]);
      assert.deepEqual([...asked], [`GET ${METADATA_ADDRESS} /x`]);
    } finally {
      await qemu.stop();
      service.close();
    }
  });
});
