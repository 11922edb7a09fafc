/** UUIDs that are derived from a name: documents need unique ids, and the same input must give the same bytes. */
import { createHash } from 'node:crypto';

/** This project's own name space for such ids; drawn once, never changed. */
const projectSpace = '3f718bbc-cfaf-4e97-9b9d-2e45acbd26e5';

/**
 * UUID of version 5 (RFC 9562, 5.5): SHA-1 of the name space's 16 bytes and the name.
 * @param space a UUID
 */
export function nameUuid(name: string, space = projectSpace): string {
  const bytes = createHash('sha1')
    .update(Buffer.from(space.replaceAll('-', ''), 'hex'))
    .update(name)
    .digest()
    .subarray(0, 16);
  bytes.writeUInt8((bytes.readUInt8(6) & 0x0f) | 0x50, 6);
  bytes.writeUInt8((bytes.readUInt8(8) & 0x3f) | 0x80, 8);
  return bytes.toString('hex').replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5');
}
