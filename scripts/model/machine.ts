/** Distributions name one processor by several words: amd64 is x86_64, and arm64 is aarch64. */
import type { Architecture } from './types.generated.ts';

/** As `uname -m` says, and as QEMU names its programs. */
export type Processor = 'x86_64' | 'aarch64';

const processors: Record<Architecture, Processor> = {
  amd64: 'x86_64',
  x86_64: 'x86_64',
  arm64: 'aarch64',
  aarch64: 'aarch64',
};

/** All that an image can be made for, in no distribution's order. */
export const architectures: readonly Architecture[] = ['amd64', 'arm64', 'x86_64', 'aarch64'];

export function processorOf(architecture: Architecture): Processor {
  return processors[architecture];
}

/** PC firmware that starts from a boot sector exists on x86 alone; every other machine starts by UEFI. */
export function hasBios(architecture: Architecture): boolean {
  return processorOf(architecture) === 'x86_64';
}

/** By Node's word for a machine (process.arch); undefined for one that no image is made for. */
export function processorOfNode(arch: string): Processor | undefined {
  if (arch === 'x64') return 'x86_64';
  return arch === 'arm64' ? 'aarch64' : undefined;
}
