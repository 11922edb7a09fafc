import { createHash } from 'node:crypto';
import { existsSync, unlinkSync } from 'node:fs';
import { appendFile, readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { makeFolder, readIfThere, replaceFile } from './files.ts';

/** Blocks of a snapshot: index → sha256 in hexadecimal digits. */
export type BlockMap = Map<number, string>;

/**
 * Blocks by digest, each once for all regions, and for each snapshot a file of lines `index digest`. An open snapshot's
 * file grows by whole lines; a line cut off by a kill is ignored and was never answered. Blocks are not synced to the
 * disk one by one: they survive the end of the process, not that of the machine.
 */
export class BlockStore {
  readonly #blocks: string;
  readonly #maps: string;
  readonly #loaded = new Map<string, Promise<BlockMap>>();
  readonly #inFlight = new Map<string, number>();
  readonly #made = new Map<string, Promise<void>>();

  private constructor(folder: string) {
    this.#blocks = join(folder, 'blocks');
    this.#maps = join(folder, 'snapshots');
  }

  static async open(folder: string): Promise<BlockStore> {
    const store = new BlockStore(folder);
    await makeFolder(store.#maps);
    return store;
  }

  /** What was written to a snapshot. Do not change it. */
  map(snapshotId: string): Promise<BlockMap> {
    const known = this.#loaded.get(snapshotId);
    if (known !== undefined) return known;
    const loading = this.#load(snapshotId);
    this.#loaded.set(snapshotId, loading);
    return loading;
  }

  /** Writes a block to a snapshot, over what was there. */
  async put(snapshotId: string, index: number, digest: string, data: Uint8Array): Promise<void> {
    const map = await this.map(snapshotId);
    this.#inFlight.set(digest, (this.#inFlight.get(digest) ?? 0) + 1);
    try {
      // Asked at once, not awaited: a promise that fails for each new block costs more than the look.
      if (!existsSync(this.#path(digest))) await this.#write(digest, data);
      if (map.get(index) === digest) return;
      await appendFile(this.#mapPath(snapshotId), `${index} ${digest}\n`);
      map.set(index, digest);
    } finally {
      const left = (this.#inFlight.get(digest) ?? 1) - 1;
      if (left === 0) this.#inFlight.delete(digest);
      else this.#inFlight.set(digest, left);
    }
  }

  /** Gives a snapshot all its blocks at once, on the disk when it returns. */
  async seal(snapshotId: string, map: BlockMap): Promise<void> {
    const lines = [...map].sort(([a], [b]) => a - b).map(([index, digest]) => `${index} ${digest}\n`);
    await replaceFile(this.#mapPath(snapshotId), lines.join(''), true);
    this.#loaded.set(snapshotId, Promise.resolve(new Map(map)));
  }

  /** The bytes of a block, or undefined when they are gone or no longer what they were. */
  async read(digest: string): Promise<Buffer | undefined> {
    const data = await readIfThere(this.#path(digest));
    if (data === undefined) return undefined;
    return createHash('sha256').update(data).digest('hex') === digest ? data : undefined;
  }

  /**
   * Forgets a snapshot, and the blocks that no other snapshot has.
   * @param others ids of all snapshots there are; those used since the start are known anyway
   */
  async remove(snapshotId: string, others: Iterable<string>): Promise<void> {
    const mine = await this.map(snapshotId);
    await Promise.all([...others].map((id) => this.map(id)));
    await rm(this.#mapPath(snapshotId), { force: true });
    this.#loaded.delete(snapshotId);
    const rest = await Promise.all(this.#loaded.values());
    // From here on nothing waits, so no block can come into use between the look and the removal.
    const used = new Set(rest.flatMap((map) => [...map.values()]));
    for (const digest of new Set(mine.values())) {
      if (!used.has(digest) && !this.#inFlight.has(digest)) removeIfThere(this.#path(digest));
    }
  }

  /** Removes maps of snapshots that no region knows: what a kill left behind. */
  async sweep(known: ReadonlySet<string>): Promise<void> {
    for (const name of await readdir(this.#maps)) {
      const id = name.replace(/\.blocks$/, '');
      if (!name.endsWith('.blocks')) await rm(join(this.#maps, name), { force: true });
      else if (!known.has(id)) await this.remove(id, known);
    }
  }

  async #load(snapshotId: string): Promise<BlockMap> {
    const map: BlockMap = new Map();
    const content = await readIfThere(this.#mapPath(snapshotId));
    // A line cut off by a kill must not swallow the next one.
    if (content !== undefined && content.length > 0 && content.at(-1) !== 0x0a) {
      await appendFile(this.#mapPath(snapshotId), '\n');
    }
    for (const [, index, digest] of (content?.toString('latin1') ?? '').matchAll(
      /^(\d+) ([0-9a-f]{64})\n/gm,
    )) {
      if (index !== undefined && digest !== undefined) map.set(Number(index), digest);
    }
    return map;
  }

  async #write(digest: string, data: Uint8Array): Promise<void> {
    const prefix = digest.slice(0, 2);
    const made = this.#made.get(prefix) ?? makeFolder(join(this.#blocks, prefix));
    this.#made.set(prefix, made);
    await made;
    await replaceFile(this.#path(digest), data, false);
  }

  #path(digest: string): string {
    return join(this.#blocks, digest.slice(0, 2), digest);
  }

  #mapPath(snapshotId: string): string {
    return join(this.#maps, `${snapshotId}.blocks`);
  }
}

function removeIfThere(path: string): void {
  try {
    unlinkSync(path);
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && error.code === 'ENOENT')) throw error;
  }
}
