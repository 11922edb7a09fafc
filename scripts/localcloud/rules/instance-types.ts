import { invalidParameter } from '../errors.ts';
import type { Image } from '../state/types.ts';

export interface InstanceType {
  architecture: 'x86_64' | 'arm64';
  vcpus: number;
  /** MiB. */
  memory: number;
}

const GIB = 1024;

/**
 * Some small types, and what a guest gets of them. All are on Nitro.
 * Source: EC2 Instance Types guide, "General purpose" and "Compute optimized", specifications.
 */
const TYPES: Readonly<Record<string, InstanceType>> = {
  't3.micro': { architecture: 'x86_64', vcpus: 2, memory: GIB },
  't3.small': { architecture: 'x86_64', vcpus: 2, memory: 2 * GIB },
  't3.medium': { architecture: 'x86_64', vcpus: 2, memory: 4 * GIB },
  't3a.micro': { architecture: 'x86_64', vcpus: 2, memory: GIB },
  't3a.small': { architecture: 'x86_64', vcpus: 2, memory: 2 * GIB },
  't3a.medium': { architecture: 'x86_64', vcpus: 2, memory: 4 * GIB },
  'c5.large': { architecture: 'x86_64', vcpus: 2, memory: 4 * GIB },
  'm5.large': { architecture: 'x86_64', vcpus: 2, memory: 8 * GIB },
  'm6i.large': { architecture: 'x86_64', vcpus: 2, memory: 8 * GIB },
  't4g.micro': { architecture: 'arm64', vcpus: 2, memory: GIB },
  't4g.small': { architecture: 'arm64', vcpus: 2, memory: 2 * GIB },
  't4g.medium': { architecture: 'arm64', vcpus: 2, memory: 4 * GIB },
  'm6g.medium': { architecture: 'arm64', vcpus: 1, memory: 4 * GIB },
};

/** @throws InvalidParameterValue for a type that is not in the table */
export function findInstanceType(name: string): InstanceType {
  const found = Object.hasOwn(TYPES, name) ? TYPES[name] : undefined;
  if (found === undefined) throw invalidParameter(`Invalid value '${name}' for InstanceType.`);
  return found;
}

/** vCPUs and memory of a type that an instance was made with. */
export function sizeOf(name: string): { vcpus: number; memory: number } {
  return TYPES[name] ?? { vcpus: 2, memory: GIB };
}

/** How the firmware starts an instance: EC2 User Guide, "Instance launch behavior with Amazon EC2 boot modes". */
export function firmwareOf({
  architecture,
  bootMode,
}: Pick<Image, 'architecture' | 'bootMode'>): 'bios' | 'uefi' {
  if (architecture === 'arm64') return 'uefi';
  return bootMode === 'uefi' || bootMode === 'uefi-preferred' ? 'uefi' : 'bios';
}
