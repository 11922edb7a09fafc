/** Digests of files, read as a stream: an image is larger than memory should be. */
import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';

/** Small reads cost more than the hashing itself. */
const chunkBytes = 1024 * 1024;

export interface FileDigest {
  /** Lower-case hexadecimal. */
  sha256: string;
  /** Bytes that were hashed. */
  size: number;
}

/** @throws the system's error when the file cannot be read */
export async function sha256OfFile(path: string): Promise<FileDigest> {
  const hash = createHash('sha256');
  let size = 0;
  for await (const chunk of createReadStream(path, { highWaterMark: chunkBytes })) {
    const bytes: Buffer = chunk;
    hash.update(bytes);
    size += bytes.length;
  }
  return { sha256: hash.digest('hex'), size };
}

export function sha256OfText(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}
