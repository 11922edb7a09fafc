/** Checks a folder of downloaded files against its signed CHECKSUM file. */
import { lstat, readdir } from 'node:fs/promises';
import path from 'node:path';
import { sha256OfFile } from '../../adapters/host/digest.ts';
import { type ChecksumLine, maxChecksumBytes, parseChecksums } from '../../model/checksums.ts';
import { signatureName } from '../../model/documents.ts';
import { AperiodicError } from '../../model/errors.ts';
import type { Signature, Verifier } from '../../ports.ts';
import { readLimited } from './keyring.ts';

const maxSignatureBytes = 64 * 1024;
const maxEntries = 1000;

export interface FolderReport {
  checksum: string;
  by: Signature;
  /** Files whose digest is the signed one. */
  verified: string[];
  /** Files with a detached signature that was good too. */
  signed: string[];
  /** Listed, but not downloaded. */
  absent: string[];
}

export interface FolderOptions {
  keys: readonly Uint8Array[];
  verifier: Verifier;
  /** Whether files that are listed may be missing. */
  partial: boolean;
}

/**
 * @throws AperiodicError of the first thing that is wrong: a signature, a digest, a file that is missing, or one that nobody
 *   signed
 */
export async function verifyFolder(folder: string, options: FolderOptions): Promise<FolderReport> {
  const names = await listFolder(folder);
  const checksum = findChecksum(folder, names);
  const { text, by } = await openChecksum(path.join(folder, checksum), options);
  const lines = parseChecksums(text);
  const listed = new Set(lines.map(({ name }) => name));
  const signatures = names.filter((name) => name.endsWith('.asc') && listed.has(name.slice(0, -4)));
  const stranger = names.find((name) => name !== checksum && !listed.has(name) && !signatures.includes(name));
  if (stranger !== undefined) {
    throw new AperiodicError('invalid', `is not listed in ${checksum}: nobody signed it, remove it`, {
      file: path.join(folder, stranger),
    });
  }
  const absent = lines.filter(({ name }) => !names.includes(name)).map(({ name }) => name);
  if (absent.length > 0 && (!options.partial || absent.length === lines.length)) {
    throw new AperiodicError(
      'not-found',
      `${absent.join(', ')} ${absent.length === 1 ? 'is' : 'are'} listed in ${checksum} but not there: download what is missing, or say --partial`,
      { file: folder },
    );
  }
  const report: FolderReport = { checksum, by, verified: [], signed: [], absent };
  for (const line of lines.filter(({ name }) => names.includes(name))) {
    await verifyFile(folder, line);
    report.verified.push(line.name);
    if (!names.includes(signatureName(line.name))) continue;
    await verifySignature(path.join(folder, line.name), options);
    report.signed.push(line.name);
  }
  return report;
}

/** Regular files only: a link would show another file than its name says. */
async function listFolder(folder: string): Promise<string[]> {
  const entries = await readdir(folder, { withFileTypes: true }).catch((cause: unknown) => {
    throw new AperiodicError('not-found', 'is not a folder that can be read', { file: folder, cause });
  });
  if (entries.length > maxEntries)
    throw new AperiodicError('invalid', `has more than ${maxEntries} files: it is no release`, {
      file: folder,
    });
  const odd = entries.find((entry) => !entry.isFile());
  if (odd !== undefined)
    throw new AperiodicError('invalid', 'is not a regular file: a release has nothing else', {
      file: path.join(folder, odd.name),
    });
  return entries.map(({ name }) => name).sort();
}

function findChecksum(folder: string, names: readonly string[]): string {
  const [name, other] = names.filter((one) => one.endsWith('-CHECKSUM'));
  if (name !== undefined && other === undefined) return name;
  const why = name === undefined ? 'has no *-CHECKSUM file' : 'has more than one *-CHECKSUM file';
  throw new AperiodicError('not-found', `${why}: give the folder of one release`, { file: folder });
}

async function openChecksum(file: string, { keys, verifier }: FolderOptions) {
  const signed = await readLimited(file, maxChecksumBytes);
  return await within(file, () => verifier.open(signed.toString('utf8'), keys));
}

async function verifyFile(folder: string, { name, size, sha256 }: ChecksumLine): Promise<void> {
  const file = path.join(folder, name);
  const found = await lstat(file);
  if (size !== undefined && found.size !== size) {
    const why = `has ${found.size} bytes, not the ${size} that were signed: download it again`;
    throw new AperiodicError('digest-mismatch', why, { file });
  }
  if ((await sha256OfFile(file)).sha256 === sha256) return;
  throw new AperiodicError('digest-mismatch', 'is not the file that was signed: download it again', { file });
}

async function verifySignature(file: string, { keys, verifier }: FolderOptions): Promise<void> {
  const name = signatureName(file);
  const signature = await readLimited(name, maxSignatureBytes);
  await within(name, () => verifier.verify(file, signature.toString('latin1'), keys));
}

/** Errors of a signature, with the file that it is in. */
export async function within<T>(file: string, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (!(error instanceof AperiodicError) || error.file !== undefined) throw error;
    throw new AperiodicError(error.code, error.message, { file, detail: error.detail, cause: error });
  }
}
