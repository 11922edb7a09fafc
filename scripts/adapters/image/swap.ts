/** Swap space: all of it is a header of one page. */
import { open, rm, truncate, writeFile } from 'node:fs/promises';
import path from 'node:path';
import type { BuildContext } from './context.ts';
import { type PlacedPartition, sectorSize } from './disk-layout.ts';
import { inside } from './sandbox.ts';

/** The page size of every architecture that images are made for (mkswap(8), --pagesize). */
const pageSize = 4096;

/** @returns the header as mkswap writes it, for the begin of the partition; the rest of it stays empty */
export async function makeSwap(
  context: BuildContext,
  { spec, sectors, fsid }: PlacedPartition,
): Promise<Buffer> {
  const file = path.join(inside.build, 'swap.img');
  await writeFile(file, '', { mode: 0o600 });
  await truncate(file, sectors * sectorSize);
  const label = spec.label === undefined ? [] : ['--label', spec.label];
  const args = ['--pagesize', String(pageSize), '--uuid', fsid, ...label, '--', file];
  await context.run('mkswap', args, { what: 'the swap space could not be made' });
  const image = await open(file);
  try {
    const { buffer } = await image.read(Buffer.alloc(pageSize), 0, pageSize, 0);
    return buffer;
  } finally {
    await image.close();
    await rm(file);
  }
}
