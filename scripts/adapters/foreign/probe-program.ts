/** The smallest program of each processor: it ends with {@link probeExitCode}. Made here, so that no file of binary code is needed. */
import type { Processor } from '../../model/machine.ts';

export const probeExitCode = 42;

interface Kind {
  /** e_machine of elf(5). */
  machine: number;
  /** exit(42): instructions in the order of memory. */
  code: readonly number[];
}

export const kinds: Record<Processor, Kind> = {
  // mov edi, 42; mov eax, 60; syscall
  x86_64: { machine: 62, code: [0xbf, 42, 0, 0, 0, 0xb8, 60, 0, 0, 0, 0x0f, 0x05] },
  // mov x0, #42; mov x8, #93; svc #0
  aarch64: { machine: 183, code: [0x40, 0x05, 0x80, 0xd2, 0xa8, 0x0b, 0x80, 0xd2, 0x01, 0, 0, 0xd4] },
};

const headerSize = 64;
const segmentSize = 56;
const address = 0x400000;

/** A static ELF of one segment (elf(5)). */
export function probeProgram(processor: Processor): Buffer {
  const { machine, code } = kinds[processor];
  const start = headerSize + segmentSize;
  const file = Buffer.alloc(start + code.length);
  file.set([0x7f, 0x45, 0x4c, 0x46, 2, 1, 1]);
  file.writeUInt16LE(2, 16);
  file.writeUInt16LE(machine, 18);
  file.writeUInt32LE(1, 20);
  file.writeBigUInt64LE(BigInt(address + start), 24);
  file.writeBigUInt64LE(BigInt(headerSize), 32);
  file.writeUInt16LE(headerSize, 52);
  file.writeUInt16LE(segmentSize, 54);
  file.writeUInt16LE(1, 56);
  // PT_LOAD, readable and executable.
  file.writeUInt32LE(1, headerSize);
  file.writeUInt32LE(5, headerSize + 4);
  file.writeBigUInt64LE(BigInt(address), headerSize + 16);
  file.writeBigUInt64LE(BigInt(address), headerSize + 24);
  file.writeBigUInt64LE(BigInt(file.length), headerSize + 32);
  file.writeBigUInt64LE(BigInt(file.length), headerSize + 40);
  file.writeBigUInt64LE(0x1000n, headerSize + 48);
  file.set(code, start);
  return file;
}
