/** Does an accelerator really run a guest? /dev/kvm may be there and hang or abort at 64-bit code. */
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { AperiodicError } from '../../model/errors.ts';
import { exec } from '../host/exec.ts';
import { quoteValue } from './arguments.ts';

/**
 * The code of probe.S, without the padding and the signature of a boot sector. Made by
 * `as --64 -o probe.o probe.S && ld -Ttext=0x7c00 --oformat binary -e start -o probe.bin probe.o` (binutils 2.40).
 */
const code =
  '+jHAjtiOwI7QvAB8vwAQuQAY/POrZscGABADIAAAZscGACADMAAAZscGADCDAAAADyDgZg0gBgAADyLgZrgAEAAADyLYZrmA' +
  'AADADzJmDQABAAAPMA8gwGaD4PtmDQMAAIAPIsBmDwEWsHxm6nN8AAAIAGa4EACO2I7AjtC5oIYBAGZID27BZg/UyFFa/8l1' +
  '8bAQ5vT06/0AAAAAAAAAAAAAAAAAmiAAAAAAAACSAAAXAJh8';

/** What QEMU ends with when the guest writes 0x10 to isa-debug-exit: (value << 1) | 1. */
const ranExitCode = 0x21;

const timeLimitSeconds = 5;

/** The probe as a boot sector of 512 bytes, with the signature that a BIOS looks for. */
export function probeSector(): Buffer {
  const sector = Buffer.alloc(512);
  Buffer.from(code, 'base64').copy(sector);
  sector.writeUInt16LE(0xaa55, 510);
  return sector;
}

/** A software KVM that emulates some code and runs other code ends now here, now there: once may be luck. */
const runs = 3;

/**
 * Runs a guest of one boot sector, again and again. False as soon as one did not get through within
 * {@link timeLimitSeconds}.
 * @throws AperiodicError `missing-tool` when QEMU is not installed
 */
export async function probeAccelerator(accelerator: 'kvm' | 'tcg', qemu: string): Promise<boolean> {
  for (let run = 0; run < runs; run++) if (!(await runProbe(accelerator, qemu))) return false;
  return true;
}

async function runProbe(accelerator: 'kvm' | 'tcg', qemu: string): Promise<boolean> {
  const folder = await mkdtemp(path.join(tmpdir(), 'aperiodic-probe-'));
  try {
    const disk = path.join(folder, 'probe.img');
    await writeFile(disk, probeSector());
    const result = await exec(
      qemu,
      [
        ...[
          '-accel',
          accelerator,
          '-m',
          '32',
          '-nodefaults',
          '-no-user-config',
          '-no-reboot',
          '-display',
          'none',
        ],
        ...['-device', 'isa-debug-exit,iobase=0xf4,iosize=4'],
        ...['-drive', `if=floppy,format=raw,readonly=on,file=${quoteValue(disk)}`, '-boot', 'a'],
      ],
      { timeoutSeconds: timeLimitSeconds, accept: [ranExitCode] },
    );
    return result.exitCode === ranExitCode;
  } catch (error) {
    if (error instanceof AperiodicError && error.code !== 'missing-tool') return false;
    throw error;
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
