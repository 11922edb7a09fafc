/** One processor has several names: the kernel's, Debian's, AWS's. */
import type { Architecture } from '../types.generated.ts';

/** As the kernel says it (uname -m), which is also Fedora's and AWS's word but for ARM. */
export type Machine = 'x86_64' | 'aarch64';

const machines: Record<Architecture, Machine> = {
  amd64: 'x86_64',
  x86_64: 'x86_64',
  arm64: 'aarch64',
  aarch64: 'aarch64',
};

export function machineOf(architecture: Architecture): Machine {
  return machines[architecture];
}

/** Any of the names; undefined for what is none of them. */
export function parseMachine(word: string): Machine | undefined {
  return Object.entries(machines).find(([name]) => name === word)?.[1];
}

/** Debian's word, which simplestreams and containers use for all distributions. */
export function debianWordOf(architecture: Architecture): 'amd64' | 'arm64' {
  return machineOf(architecture) === 'x86_64' ? 'amd64' : 'arm64';
}
