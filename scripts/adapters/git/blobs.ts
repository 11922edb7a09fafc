/** Contents of files by object id, many with one call of git: a plan reads every file of every stream. */
import { createHash } from 'node:crypto';
import type { Git } from './git.ts';

/** Most bytes that are asked for in one call beside the file that is wanted. */
const batchBytes = 8 * 1024 * 1024;

/** Most bytes of texts that are kept: who reads a file again long after asks git again. */
const keptBytes = 3 * batchBytes;

export interface Blob {
  oid: string;
  size: number;
}

export interface BlobReader {
  /**
   * Text of a file; undefined when it is not UTF-8.
   * @param near finds other files that will probably be wanted soon
   */
  read(blob: Blob, near: () => readonly Blob[]): Promise<string | undefined>;
}

export function createBlobReader(git: Git): BlobReader {
  const known = new Map<string, string | undefined>();
  return {
    read: async (blob, near) => {
      if (!known.has(blob.oid)) {
        forgetOldest(known);
        await prefetch(git, [blob, ...near()], known);
      }
      if (!known.has(blob.oid)) {
        const { stdout } = await git(['cat-file', 'blob', blob.oid]);
        known.set(blob.oid, isBlob(Buffer.from(stdout), blob.oid) ? stdout : undefined);
      }
      return known.get(blob.oid);
    },
  };
}

function forgetOldest(known: Map<string, string | undefined>): void {
  let total = 0;
  for (const text of known.values()) total += text?.length ?? 0;
  for (const [oid, text] of known) {
    if (total <= keptBytes) return;
    known.delete(oid);
    total -= text?.length ?? 0;
  }
}

/** Stops at a file that is not UTF-8, for decoding changed its length: it and those after it are read one by one. */
async function prefetch(
  git: Git,
  blobs: readonly Blob[],
  known: Map<string, string | undefined>,
): Promise<void> {
  const wanted = new Set<string>();
  let total = 0;
  for (const { oid, size } of blobs) {
    total += size;
    if (!known.has(oid) && total <= batchBytes) wanted.add(oid);
  }
  if (wanted.size < 2) return;
  const input = `${[...wanted].join('\n')}\n`;
  const { stdout } = await git(['cat-file', '--batch'], { input });
  const bytes = Buffer.from(stdout);
  let at = 0;
  for (const oid of wanted) {
    // Each is `<oid> blob <size>`, a newline, the content, and a newline (git-cat-file(1), BATCH OUTPUT).
    const start = bytes.indexOf('\n', at) + 1;
    const size = Number(bytes.toString('latin1', at, start).trim().split(' ')[2]);
    const content = bytes.subarray(start, start + size);
    if (!isBlob(content, oid)) return;
    known.set(oid, content.toString());
    at = start + size + 1;
  }
}

/** The text was decoded on the way: when it does not give the same object again, it was not UTF-8. */
function isBlob(content: Buffer, oid: string): boolean {
  return createHash('sha1').update(`blob ${content.length}\0`).update(content).digest('hex') === oid;
}
