/** Where the root partition of a disk image is. */
import { AperiodicError } from '../../model/errors.ts';
import { exec } from '../host/exec.ts';

/** Types that a root partition has: the discoverable ones of x86-64 and arm64, and plain Linux data (UAPI group). */
const rootTypes = [
  '4F68BCE3-E8CD-4DB1-96E7-FBCAF984B709',
  'B921B045-1DF0-41C3-AF44-4C6F280D3FAE',
  '0FC63DAF-8483-4772-8E79-3D69D8477DE4',
];

/**
 * Byte at which the root partition starts: the last of a type that a root has.
 * @throws AperiodicError `invalid` when the image has no GPT with such a partition
 */
export async function findRootOffset(raw: string): Promise<number> {
  const { stdout } = await exec('sfdisk', ['--json', '--', raw], {
    failure: 'invalid',
    killed: 'host-failed',
    what: 'the partitions of the image cannot be read',
  });
  return parseRootOffset(stdout);
}

/** @param json output of sfdisk --json */
export function parseRootOffset(json: string): number {
  const table = property(JSON.parse(json), 'partitiontable');
  const partitions = property(table, 'partitions');
  const sectorSize = Number(property(table, 'sectorsize') ?? 512);
  const starts = (Array.isArray(partitions) ? partitions : [])
    .filter((partition) => rootTypes.includes(String(property(partition, 'type')).toUpperCase()))
    .map((partition) => Number(property(partition, 'start')));
  const start = starts.at(-1);
  if (start === undefined || !Number.isSafeInteger(start * sectorSize)) {
    throw new AperiodicError('invalid', 'the image has no root partition');
  }
  return start * sectorSize;
}

function property(value: unknown, name: string): unknown {
  return typeof value === 'object' && value !== null ? new Map(Object.entries(value)).get(name) : undefined;
}
