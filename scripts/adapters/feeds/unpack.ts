/** Files as they come, packed or not, in pieces. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createReadStream } from 'node:fs';
import { open, stat } from 'node:fs/promises';
import type { Readable } from 'node:stream';
import { createGunzip } from 'node:zlib';
import { AperiodicError } from '../../model/errors.ts';
import { cleanEnvironment, tied } from '../host/exec.ts';
import type { Limits } from './limits.ts';

type Packing = 'gzip' | 'xz' | 'zstd' | 'zip' | 'none';

const magics: readonly [Packing, readonly number[]][] = [
  ['gzip', [0x1f, 0x8b]],
  ['xz', [0xfd, 0x37, 0x7a, 0x58, 0x5a, 0x00]],
  ['zstd', [0x28, 0xb5, 0x2f, 0xfd]],
  ['zip', [0x50, 0x4b, 0x03, 0x04]],
  // Without entries.
  ['zip', [0x50, 0x4b, 0x05, 0x06]],
];

/** By the first bytes: names tell little. */
export async function packingOf(file: string): Promise<Packing> {
  const handle = await open(file, 'r');
  try {
    const { buffer, bytesRead } = await handle.read(Buffer.alloc(8), 0, 8, 0);
    const found = magics.find(
      ([, bytes]) => bytesRead >= bytes.length && bytes.every((byte, at) => buffer[at] === byte),
    );
    return found?.[0] ?? 'none';
  } finally {
    await handle.close();
  }
}

/**
 * The file's content, unpacked where it is packed by gzip, xz or zstd.
 * @throws AperiodicError `invalid` for a file that is too large, unpacks to too much, or is damaged
 */
export async function* readUnpacked(file: string, limits: Limits): AsyncGenerator<Buffer> {
  const { size } = await stat(file);
  if (size > limits.packedBytes) throw tooLarge(limits.packedBytes);
  const packing = await packingOf(file);
  let total = 0;
  for await (const piece of pieces(file, packing)) {
    total += piece.length;
    if (total > limits.unpackedBytes) throw tooLarge(limits.unpackedBytes);
    yield piece;
  }
}

async function* pieces(file: string, packing: Packing): AsyncGenerator<Buffer> {
  if (packing === 'xz' || packing === 'zstd') {
    yield* unpackBy(packing, file);
    return;
  }
  const source = createReadStream(file, { highWaterMark: 1024 * 1024 });
  if (packing !== 'gzip') {
    for await (const piece of source) yield piece;
    return;
  }
  const gunzip = createGunzip({ chunkSize: 1024 * 1024 });
  source.on('error', (error) => gunzip.destroy(error));
  try {
    for await (const piece of source.pipe(gunzip)) yield piece;
  } catch (cause) {
    if (isDamage(cause)) throw new AperiodicError('invalid', 'is damaged: it cannot be unpacked', { cause });
    throw cause;
  } finally {
    source.destroy();
  }
}

function isDamage(error: unknown): boolean {
  return error instanceof Error && 'code' in error && /^Z_/.test(String(error.code));
}

/** The program ends with us, or when nobody reads on. */
async function* unpackBy(program: 'xz' | 'zstd', file: string): AsyncGenerator<Buffer> {
  const [command, args] = tied(program, [
    '-d',
    '-c',
    '-q',
    ...(program === 'xz' ? ['--memlimit=512MiB'] : ['--memory=512MB']),
    '--',
    file,
  ]);
  const child = spawn(command, args, { stdio: ['ignore', 'pipe', 'ignore'], env: cleanEnvironment() });
  const ended = once(child, 'close');
  try {
    const output: Readable = child.stdout;
    for await (const piece of output) yield piece;
    const [code]: unknown[] = await ended;
    if (code === 127)
      throw new AperiodicError('missing-tool', `${program} is not installed: run 'aperiodic setup'`);
    if (code !== 0) throw new AperiodicError('invalid', `is damaged: ${program} cannot unpack it`);
  } finally {
    child.kill('SIGKILL');
  }
}

export function tooLarge(bytes: number): AperiodicError {
  return new AperiodicError(
    'invalid',
    `is larger than the ${Math.floor(bytes / 1024 / 1024)} MiB that are read`,
  );
}

/** All of it as text. @throws AperiodicError `invalid` when it is larger */
export async function readText(file: string, maxBytes: number, limits: Limits): Promise<string> {
  const read: Buffer[] = [];
  let total = 0;
  for await (const piece of readUnpacked(file, limits)) {
    total += piece.length;
    if (total > maxBytes) throw tooLarge(maxBytes);
    read.push(piece);
  }
  return Buffer.concat(read).toString('utf8');
}

/** Lines, without those that are longer than any real one. */
export async function* readLines(file: string, limits: Limits): AsyncGenerator<string> {
  const decoder = new TextDecoder();
  let rest = '';
  for await (const piece of readUnpacked(file, limits)) {
    const lines = (rest + decoder.decode(piece, { stream: true })).split('\n');
    rest = (lines.pop() ?? '').slice(0, limits.lineLength + 1);
    for (const line of lines) if (line.length <= limits.lineLength) yield line.replace(/\r$/, '');
  }
  rest += decoder.decode();
  if (rest !== '' && rest.length <= limits.lineLength) yield rest.replace(/\r$/, '');
}
