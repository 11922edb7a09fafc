/** Where the root partition of a disk image is, and that of /boot. */
import { AperiodicError } from '../../model/errors.ts';
import { exec } from '../host/exec.ts';

/** Types that a root partition has: the discoverable ones of x86-64 and arm64, and plain Linux data (UAPI group). */
const rootTypes = [
  '4F68BCE3-E8CD-4DB1-96E7-FBCAF984B709',
  'B921B045-1DF0-41C3-AF44-4C6F280D3FAE',
  '0FC63DAF-8483-4772-8E79-3D69D8477DE4',
];

/** A /boot of its own: discoverable partitions call it XBOOTLDR. */
const bootType = 'BC13C2FF-59E6-4262-A352-B275FD6F7172';

/** Bytes at which partitions start. */
export interface PartitionOffsets {
  /** The last of a type that a root has. */
  root: number;
  /** That of /boot, where it is not on the root. */
  boot?: number;
}

/** @throws AperiodicError `invalid` when the image has no GPT with a root partition */
export async function findOffsets(raw: string): Promise<PartitionOffsets> {
  const { stdout } = await exec('sfdisk', ['--json', '--', raw], {
    failure: 'invalid',
    killed: 'host-failed',
    what: 'the partitions of the image cannot be read',
  });
  return parseOffsets(stdout);
}

/** @param json output of sfdisk --json */
export function parseOffsets(json: string): PartitionOffsets {
  const table = property(JSON.parse(json), 'partitiontable');
  const partitions = property(table, 'partitions');
  const sectorSize = Number(property(table, 'sectorsize') ?? 512);
  const lastOf = (types: readonly string[]) =>
    (Array.isArray(partitions) ? partitions : [])
      .filter((partition) => types.includes(String(property(partition, 'type')).toUpperCase()))
      .map((partition) => Number(property(partition, 'start')) * sectorSize)
      .at(-1);
  const root = lastOf(rootTypes);
  const boot = lastOf([bootType]);
  if (root === undefined || !Number.isSafeInteger(root)) {
    throw new AperiodicError('invalid', 'the image has no root partition');
  }
  if (boot === undefined) return { root };
  if (!Number.isSafeInteger(boot)) throw new AperiodicError('invalid', 'the image has no place for /boot');
  return { root, boot };
}

function property(value: unknown, name: string): unknown {
  return typeof value === 'object' && value !== null ? new Map(Object.entries(value)).get(name) : undefined;
}
