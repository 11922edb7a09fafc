/** A raw image as EBS direct sees it: blocks of 512 KiB, of which those that are all zero are never sent. */
import { createHash } from 'node:crypto';
import { open } from 'node:fs/promises';
import { AperiodicError } from '../../model/errors.ts';

export const blockSize = 524_288;

/** Calls at once. EBS direct takes 1000 blocks a second and account; a connection carries one at a time. */
const inFlight = 64;

export interface Block {
  index: number;
  data: Uint8Array;
  /** Base64 of its SHA-256. */
  digest: string;
}

const zeros = Buffer.alloc(blockSize);

/** Blocks that are not all zero, in order; the last one is filled up with zeros. @param size bytes of the file */
export async function* readBlocks(file: string, size: number): AsyncGenerator<Block> {
  const handle = await open(file);
  try {
    for (let index = 0; index * blockSize < size; index++) {
      const data = Buffer.allocUnsafeSlow(blockSize);
      const length = await fill(handle, data, index * blockSize);
      if (length !== Math.min(blockSize, size - index * blockSize))
        throw new AperiodicError('digest-mismatch', `became shorter than ${size} bytes while it was read`, {
          file,
        });
      data.fill(0, length);
      if (!data.equals(zeros)) yield { index, data, digest: digestOf(data) };
    }
  } finally {
    await handle.close();
  }
}

async function fill(
  handle: Awaited<ReturnType<typeof open>>,
  data: Buffer,
  position: number,
): Promise<number> {
  let length = 0;
  while (length < data.length) {
    const { bytesRead } = await handle.read(data, length, data.length - length, position + length);
    if (bytesRead === 0) break;
    length += bytesRead;
  }
  return length;
}

export function digestOf(data: Uint8Array): string {
  return createHash('sha256').update(data).digest('base64');
}

/** Base64 of the SHA-256 of all digests in order of their indexes: what CompleteSnapshot checks ("LINEAR"). */
export function checksumOf(digests: ReadonlyMap<number, string>): string {
  const hash = createHash('sha256');
  for (const [, digest] of [...digests].sort(([a], [b]) => a - b)) hash.update(Buffer.from(digest, 'base64'));
  return hash.digest('base64');
}

/** Works on items with many in flight. After the first failure nothing new is begun, and it is thrown at the end. */
export async function inParallel<T>(
  items: AsyncIterable<T> | Iterable<T>,
  work: (item: T) => Promise<void>,
): Promise<void> {
  const running = new Set<Promise<void>>();
  let failure: { error: unknown } | undefined;
  for await (const item of items) {
    if (failure !== undefined) break;
    const one: Promise<void> = work(item)
      .catch((error: unknown) => {
        failure ??= { error };
      })
      .finally(() => running.delete(one));
    running.add(one);
    if (running.size >= inFlight) await Promise.race(running);
  }
  await Promise.all(running);
  if (failure !== undefined) throw failure.error;
}
