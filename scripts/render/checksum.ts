/**
 * CHECKSUM files as Fedora's mirrors carry them: for each file a comment with its size and a line in the form of BSD's
 * digest tools, which `sha256sum --check` reads.
 */
import { compareText } from '../model/order.ts';

export interface ChecksumEntry {
  name: string;
  /** Bytes. */
  size: number;
  sha256: string;
}

/** @param name of the stream, such as Debian-Cloud-Base-12 */
export function checksumFileName(name: string, version: string): string {
  return `${name}-${version}-CHECKSUM`;
}

/** Sorted by name in code units, so that the same files give the same bytes. */
export function renderChecksums(entries: readonly ChecksumEntry[]): string {
  return [...entries]
    .sort((a, b) => compareText(a.name, b.name))
    .map(({ name, size, sha256 }) => `# ${name}: ${size} bytes\nSHA256 (${name}) = ${sha256}\n`)
    .join('');
}
