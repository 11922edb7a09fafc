/** Volumes as sparse raw files. */
import { mkdir, open, readdir, rename, rm, stat, statfs } from 'node:fs/promises';
import path from 'node:path';
import { AperiodicError } from '../../model/errors.ts';
import type { BlockStore } from '../state/block-store.ts';
import type { Volume } from '../state/compute-types.ts';

const BLOCK_SIZE = 524_288;
const GIB = 2 ** 30;
/** What stays free on the host's disk when a volume has been filled. */
const SPARE_BYTES = GIB;

export class Disks {
  readonly #folder: string;
  readonly #blocks: BlockStore;

  constructor(folder: string, blocks: BlockStore) {
    this.#folder = path.join(folder, 'volumes');
    this.#blocks = blocks;
  }

  /** The file of a volume, absolute. */
  file(volumeId: string): string {
    return path.join(this.#folder, `${volumeId}.raw`);
  }

  /**
   * Makes a volume's file unless it is there: the blocks of its snapshot, then nothing up to its size. It appears whole.
   * @throws AperiodicError `disk-full`, `internal` when blocks of the snapshot are gone
   */
  async ensure({ id, size, snapshotId }: Volume): Promise<void> {
    const file = this.file(id);
    if (await isThere(file)) return;
    await mkdir(this.#folder, { recursive: true });
    const map = snapshotId === undefined ? new Map<number, string>() : await this.#blocks.map(snapshotId);
    if (!(await this.hasRoom(map.size * BLOCK_SIZE))) {
      throw new AperiodicError('disk-full', 'the disk of the host has no room for the volume', { file });
    }
    const partial = `${file}.part`;
    const handle = await open(partial, 'w', 0o600);
    try {
      for (const [index, digest] of map) {
        const block = await this.#blocks.read(digest);
        if (block === undefined) {
          throw new AperiodicError('internal', `block ${index} of ${snapshotId} is gone or damaged`);
        }
        await handle.write(block, 0, block.length, index * BLOCK_SIZE);
      }
      await handle.truncate(size * GIB);
    } finally {
      await handle.close();
    }
    await rename(partial, file);
  }

  /** Whether so many more bytes fit on the host's disk. */
  async hasRoom(bytes: number): Promise<boolean> {
    await mkdir(this.#folder, { recursive: true });
    const { bavail, bsize } = await statfs(this.#folder);
    return bavail * bsize >= bytes + SPARE_BYTES;
  }

  async remove(volumeId: string): Promise<void> {
    await rm(this.file(volumeId), { force: true });
  }

  /** Removes files of volumes that no region knows: what a kill left behind. */
  async sweep(known: ReadonlySet<string>): Promise<void> {
    for (const name of await readdir(this.#folder).catch(() => [])) {
      if (known.has(name.replace(/\.raw$/, ''))) continue;
      await rm(path.join(this.#folder, name), { force: true });
    }
  }
}

async function isThere(file: string): Promise<boolean> {
  return await stat(file).then(
    () => true,
    () => false,
  );
}
