/**
 * Bytes as an .xz file that holds them as they are. LXD and Incus want .xz by name, and the tarballs are a few kilobytes: what is not
 * compressed is the same by every version of every program that compresses.
 * Source: https://tukaani.org/xz/xz-file-format.txt (1.2.1); chunks of LZMA2: the documentation of xz-embedded.
 */
import { crc32 } from 'node:zlib';

const streamMagic = [0xfd, 0x37, 0x7a, 0x58, 0x5a, 0x00];
const footerMagic = [0x59, 0x5a];
/** No flags, and a CRC32 of the content. */
const streamFlags = [0x00, 0x01];
/** Of twelve bytes (the first is a quarter of them, less one), one filter, LZMA2 with one byte of properties: 4 KiB of dictionary. */
const blockHeader = [0x02, 0x00, 0x21, 0x01, 0x00, 0x00, 0x00, 0x00];
/** Most bytes that one chunk holds. */
const chunkSize = 65_536;
const crcSize = 4;

/** @param content not empty */
export function storeXz(content: Uint8Array): Uint8Array {
  const header = withCrc(blockHeader);
  const chunks = storeChunks(content);
  const check = numberBytes(crc32(content));
  const unpadded = header.length + chunks.length + crcSize;
  const block = Buffer.concat([header, chunks, Buffer.alloc(padding(chunks.length)), check]);
  const records = Buffer.from([0x00, 1, ...variableLength(unpadded), ...variableLength(content.length)]);
  const index = withCrc([...records, ...Buffer.alloc(padding(records.length))]);
  const footer = Buffer.concat([numberBytes(index.length / 4 - 1), Buffer.from(streamFlags)]);
  return Buffer.concat([
    Buffer.from([...streamMagic, ...streamFlags]),
    numberBytes(crc32(Buffer.from(streamFlags))),
    block,
    index,
    numberBytes(crc32(footer)),
    footer,
    Buffer.from(footerMagic),
  ]);
}

/** Each chunk begins with what it is (1: stored, and the dictionary begins anew; 2: stored) and its size less one; 0 ends them. */
function storeChunks(content: Uint8Array): Buffer {
  const parts: Uint8Array[] = [];
  for (let at = 0; at < content.length; at += chunkSize) {
    const chunk = content.subarray(at, at + chunkSize);
    const size = chunk.length - 1;
    parts.push(Buffer.from([at === 0 ? 1 : 2, size >> 8, size & 0xff]), chunk);
  }
  return Buffer.concat([...parts, Buffer.from([0])]);
}

function withCrc(bytes: readonly number[]): Buffer {
  const content = Buffer.from(bytes);
  return Buffer.concat([content, numberBytes(crc32(content))]);
}

/** Four bytes, the lowest first. */
function numberBytes(value: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32LE(value);
  return bytes;
}

/** Seven bits a byte, the lowest first; the highest bit says that more follow. */
function variableLength(value: number): number[] {
  const bytes: number[] = [];
  let rest = value;
  for (; rest > 0x7f; rest = Math.floor(rest / 0x80)) bytes.push((rest % 0x80) | 0x80);
  return [...bytes, rest];
}

/** Bytes up to a multiple of four. */
function padding(length: number): number {
  return (4 - (length % 4)) % 4;
}
