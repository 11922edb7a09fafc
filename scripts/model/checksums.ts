/** Reads CHECKSUM files, as scripts/render/checksum.ts writes them. */
import { AperiodicError } from './errors.ts';

/** Largest CHECKSUM file that is read, in bytes. */
export const maxChecksumBytes = 1024 * 1024;

export interface ChecksumLine {
  name: string;
  /** Bytes; undefined when no comment says it. */
  size: number | undefined;
  sha256: string;
}

const fileName = /^[A-Za-z0-9][A-Za-z0-9+._-]{0,199}$/;

/** @throws AperiodicError `invalid` naming the line, for anything but comments, empty lines and lines of SHA-256 */
export function parseChecksums(text: string): ChecksumLine[] {
  const sizes = new Map<string, number>();
  const lines = new Map<string, ChecksumLine>();
  for (const [index, line] of text.split('\n').entries()) {
    const refuse = (why: string) => new AperiodicError('invalid', why, { line: index + 1 });
    const [, sized = '', bytes] = /^# (\S+): (\d{1,15}) bytes$/.exec(line) ?? [];
    if (bytes !== undefined) sizes.set(sized, Number(bytes));
    if (line === '' || line.startsWith('#')) continue;
    const [, name = '', sha256] = /^SHA256 \(([^()]+)\) = ([0-9a-f]{64})$/.exec(line) ?? [];
    if (sha256 === undefined || !fileName.test(name))
      throw refuse("is not a line 'SHA256 (NAME) = DIGEST' with a plain name");
    if (lines.has(name)) throw refuse(`${name} is there twice`);
    lines.set(name, { name, size: undefined, sha256 });
  }
  return [...lines.values()].map((line) => ({ ...line, size: sizes.get(line.name) }));
}
