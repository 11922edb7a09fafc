/** Guests of one sector. */
import { mkdir, open } from 'node:fs/promises';
import path from 'node:path';
import type { TestContext } from 'node:test';
import type { GuestPlan } from '../../../scripts/localcloud/compute/hypervisor.ts';
import { temporaryFolder } from '../../support/temporary-folder.ts';

/** A guest whose disk begins with a boot sector. */
export async function planFor(t: TestContext, more: Partial<GuestPlan>, code: Buffer): Promise<GuestPlan> {
  const folder = await temporaryFolder(t);
  const file = path.join(folder, 'root,disk.raw');
  await makeDisk(file, code);
  const state = path.join(folder, 'guest');
  await mkdir(state);
  return {
    folder: state,
    processor: 'x86_64',
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

/** A disk of 1 MiB with code in its boot sector; without code it does not boot. */
export async function makeDisk(file: string, code: Buffer): Promise<void> {
  const sector = Buffer.alloc(512);
  code.copy(sector);
  sector.writeUInt16LE(code.length > 0 ? 0xaa55 : 0, 510);
  const handle = await open(file, 'w');
  await handle.write(sector);
  await handle.truncate(2 ** 20);
  await handle.close();
}
