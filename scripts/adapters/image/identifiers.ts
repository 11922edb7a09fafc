/** Ids of partitions and file systems: derived, so that a build is repeatable, and stable over a stream's releases. */
import { createHash } from 'node:crypto';

/** A UUID from a name; version 8 (RFC 9562): vendor-specific, here the first bits of a SHA-256. */
export function deriveUuid(seed: string, purpose: string): string {
  const bytes = createHash('sha256').update(`${seed}\0${purpose}`).digest().subarray(0, 16);
  bytes.writeUInt8(((bytes[6] ?? 0) & 0x0f) | 0x80, 6);
  bytes.writeUInt8(((bytes[8] ?? 0) & 0x3f) | 0x80, 8);
  const hex = bytes.toString('hex');
  return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20)].join('-');
}

/** A FAT volume id: 8 hexadecimal digits in upper case. */
export function deriveVolumeId(seed: string, purpose: string): string {
  return createHash('sha256').update(`${seed}\0${purpose}`).digest('hex').slice(0, 8).toUpperCase();
}
