/** JSON files of a zip, read in memory one at a time. */
import { readFile, stat } from 'node:fs/promises';
import type { Readable } from 'node:stream';
import { inflateRawSync } from 'node:zlib';
import { fromBufferPromise, openPromise, type Entry as ZipEntry, type ZipFile } from 'yauzl';
import { quote } from '../../model/advisories/clean.ts';
import type { Flaws } from '../../model/advisories/flaws.ts';
import { AperiodicError } from '../../model/errors.ts';
import type { Entry } from './entries.ts';
import type { Limits } from './limits.ts';
import { tooLarge } from './unpack.ts';

/** Zips up to this many bytes are read at once: tens of thousands of small reads take longer. */
const wholeBytes = 256 * 1024 * 1024;
/** Of the zip format: stored and deflated. */
const [stored, deflated] = [0, 8];

/**
 * Sizes are those that the directory of the zip claims; an entry that unpacks to another size is damaged. yauzl refuses a zip with names that lead out of a folder, although nothing is written here.
 * @throws AperiodicError `invalid`
 */
export async function* readZip(file: string, limits: Limits, flaws: Flaws): AsyncGenerator<Entry> {
  const { size } = await stat(file);
  if (size > limits.packedBytes) throw tooLarge(limits.packedBytes);
  const whole = size <= wholeBytes ? await readFile(file) : undefined;
  const zip = await (whole === undefined ? openPromise(file) : fromBufferPromise(whole)).catch(damaged);
  let total = 0;
  try {
    if (zip.entryCount > limits.entries)
      throw new AperiodicError('invalid', `holds more than ${limits.entries} files`);
    for (const entries = zip.eachEntry()[Symbol.asyncIterator](); ; ) {
      const next = await entries.next().catch(damaged);
      if (next.done === true) return;
      const entry = next.value;
      if (!entry.fileName.endsWith('.json')) continue;
      refuseGrowth(entry, limits);
      total += entry.uncompressedSize;
      if (total > limits.unpackedBytes) throw tooLarge(limits.unpackedBytes);
      if (entry.uncompressedSize > limits.entryBytes) {
        flaws.add(`${quote(entry.fileName)} is larger than ${limits.entryBytes} bytes and was left out`);
        continue;
      }
      const text = await readEntry(zip, entry).catch(() => undefined);
      if (text === undefined) flaws.add(`${quote(entry.fileName)} is damaged and was left out`);
      else yield { name: entry.fileName, text };
    }
  } finally {
    zip.close();
  }
}

function refuseGrowth({ fileName, compressedSize, uncompressedSize }: ZipEntry, limits: Limits): void {
  if (uncompressedSize <= limits.ratioFrom || uncompressedSize <= compressedSize * limits.ratio) return;
  throw new AperiodicError(
    'invalid',
    `holds ${quote(fileName)}, which grows from ${compressedSize} to ${uncompressedSize} bytes: nothing of it is read`,
  );
}

async function readEntry(zip: ZipFile, entry: ZipEntry): Promise<string> {
  const { compressionMethod: method, uncompressedSize: claimed } = entry;
  if (entry.isEncrypted() || (method !== stored && method !== deflated)) throw new Error('cannot be read');
  const stream: Readable = await zip.openReadStreamPromise(entry, { decodeFileData: false });
  const pieces: Buffer[] = [];
  for await (const piece of stream) pieces.push(piece);
  const packed = Buffer.concat(pieces);
  const bytes = method === stored ? packed : inflateRawSync(packed, { maxOutputLength: claimed + 1 });
  if (bytes.length !== claimed) throw new Error('is not as long as the zip claims');
  return bytes.toString('utf8');
}

function damaged(cause: unknown): never {
  const why = cause instanceof Error ? `: ${quote(cause.message)}` : '';
  throw new AperiodicError('invalid', `is no zip that can be read${why}`, { cause });
}
