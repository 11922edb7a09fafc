/** What the kernel is told so that it starts programs of another processor by an emulator. Pure text. */
import type { Processor } from '../../model/machine.ts';
import { kinds } from './probe-program.ts';

/** Where Debian and others have the emulators, static ones first: a root of an image has no libraries for others. */
export function emulatorPaths(processor: Processor): string[] {
  return [`/usr/bin/qemu-${processor}-static`, `/usr/bin/qemu-${processor}`];
}

/**
 * A line for binfmt_misc's `register` (the kernel's Documentation/admin-guide/binfmt-misc.rst): 64-bit little-endian ELF of
 * this machine, programs and position-independent ones. The mask leaves out the byte for the system that it is made for.
 * Flags: O and P hand over the program and the name it was called by, F opens the emulator now, so that it is found from
 * inside a root that does not have it.
 */
export function registrationLine(processor: Processor, emulator: string): string {
  const magic = [0x7f, 0x45, 0x4c, 0x46, 2, 1, 1, ...zeros(9), 2, 0, kinds[processor].machine, 0];
  const mask = [...ones(7), 0, ...ones(8), 0xfe, 0xff, 0xff, 0xff];
  return `:aperiodic-${processor}:M::${escapeBytes(magic)}:${escapeBytes(mask)}:${emulator}:OPF`;
}

const zeros = (count: number) => Array.from({ length: count }, () => 0);
const ones = (count: number) => Array.from({ length: count }, () => 0xff);
const escapeBytes = (bytes: readonly number[]) =>
  bytes.map((byte) => `\\x${byte.toString(16).padStart(2, '0')}`).join('');
