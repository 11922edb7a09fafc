/** Does an accelerator really run a guest? /dev/kvm may be there and hang or abort at 64-bit code. */
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { AperiodicError } from '../../model/errors.ts';
import type { Processor } from '../../model/machine.ts';
import { exec } from '../host/exec.ts';
import { emulatorOf, quoteValue } from './arguments.ts';

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

/**
 * For an ARM machine, which QEMU starts as a kernel: switches on floating point, uses it, and switches the machine off by the
 * call that firmware offers (Arm PSCI, SYSTEM_OFF, through hvc).
 */
const armCode = [
  0xd2a00601, // movz x1, #0x30, lsl 16
  0xd5181041, // msr cpacr_el1, x1
  0xd5033fdf, // isb
  0x1e6e1000, // fmov d0, #1.0
  0x52800100, // movz w0, #0x0008
  0x72b08000, // movk w0, #0x8400, lsl 16
  0xd4000002, // hvc #0
  0x14000000, // b .
];

export function probeKernel(): Buffer {
  const kernel = Buffer.alloc(4 * armCode.length);
  for (const [index, word] of armCode.entries()) kernel.writeUInt32LE(word, 4 * index);
  return kernel;
}

/** The probe as a boot sector of 512 bytes, with the signature that a BIOS looks for. */
export function probeSector(): Buffer {
  const sector = Buffer.alloc(512);
  Buffer.from(code, 'base64').copy(sector);
  sector.writeUInt16LE(0xaa55, 510);
  return sector;
}

interface Probe {
  content: Buffer;
  /** What QEMU ends with when the guest got through. */
  exitCode: number;
  args: string[];
}

const probes: Record<Processor, (file: string, accelerator: 'kvm' | 'tcg') => Probe> = {
  x86_64: (file) => ({
    content: probeSector(),
    exitCode: ranExitCode,
    args: [
      ...['-m', '32', '-device', 'isa-debug-exit,iobase=0xf4,iosize=4'],
      ...['-drive', `if=floppy,format=raw,readonly=on,file=${quoteValue(file)}`, '-boot', 'a'],
    ],
  }),
  aarch64: (file, accelerator) => ({
    content: probeKernel(),
    exitCode: 0,
    args: [
      ...['-M', 'virt,gic-version=max', '-cpu', accelerator === 'kvm' ? 'host' : 'cortex-a72'],
      ...['-m', '64', '-kernel', file],
    ],
  }),
};

/** A software KVM that emulates some code and runs other code ends now here, now there: once may be luck. */
const runs = 3;

/**
 * Runs a guest of a few instructions, again and again. False as soon as one did not get through within
 * {@link timeLimitSeconds}.
 * @throws AperiodicError `missing-tool` when QEMU is not installed
 */
export async function probeAccelerator(
  accelerator: 'kvm' | 'tcg',
  processor: Processor,
  qemu = emulatorOf(processor),
): Promise<boolean> {
  for (let run = 0; run < runs; run++) if (!(await runProbe(accelerator, processor, qemu))) return false;
  return true;
}

async function runProbe(accelerator: 'kvm' | 'tcg', processor: Processor, qemu: string): Promise<boolean> {
  const folder = await mkdtemp(path.join(tmpdir(), 'aperiodic-probe-'));
  try {
    const file = path.join(folder, 'probe.img');
    const { content, exitCode, args } = probes[processor](file, accelerator);
    await writeFile(file, content);
    const common = [
      '-accel',
      accelerator,
      '-nodefaults',
      '-no-user-config',
      '-no-reboot',
      '-display',
      'none',
    ];
    const options = { timeoutSeconds: timeLimitSeconds, accept: [exitCode] };
    return (await exec(qemu, [...common, ...args], options)).exitCode === exitCode;
  } catch (error) {
    if (error instanceof AperiodicError && error.code !== 'missing-tool') return false;
    throw error;
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
