/**
 * In: a candidate. Out: its signed documents, when a mirror shows them already.
 *
 * A run that was killed after it filled a mirror may be finished elsewhere, from a later commit or with another key. What is
 * shown never changes, so what was signed first stays: documents that our keys signed, over the same artifacts, are taken.
 */
import { readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { maxChecksumBytes, parseChecksums } from '../model/checksums.ts';
import { kindOfDocument, lxdDiskName, signatureName } from '../model/documents.ts';
import { AperiodicError, toAperiodicError } from '../model/errors.ts';
import type { Candidate, DocumentKind, FileRef, ReleaseDocument } from '../model/types.generated.ts';
import type { Ports } from '../ports.ts';
import { findFingerprint } from './sign/lxd.ts';

export type AdoptPorts = Pick<Ports, 'artifacts' | 'log' | 'mirror' | 'signer' | 'verifier'>;

interface NamedFile {
  name: string;
  file: FileRef;
}

/** Undefined when no mirror of the candidate shows the release, signed by one of our keys. */
export async function adoptDocuments(
  { stream, version, targets }: Candidate,
  artifacts: readonly NamedFile[],
  checksum: string,
  ports: AdoptPorts,
): Promise<ReleaseDocument[] | undefined> {
  const keys = (await ports.signer.keys()).map(({ armored }) => Buffer.from(armored));
  for (const { id } of targets) {
    try {
      const shown = { mirror: ports.mirror(id), folder: `${stream}/${version}`, keys };
      const documents = await adoptFrom(shown, artifacts, checksum, ports);
      if (documents === undefined) continue;
      ports.log.info(`${stream} ${version}: what ${id} shows already was signed before, and stays`);
      return documents;
    } catch (error) {
      // Whether it is complete, and may be, is for the mirror stage to say.
      ports.log.warn(`${stream} ${version} on ${id} is not taken over: ${toAperiodicError(error).message}`);
    }
  }
  return undefined;
}

interface Shown {
  mirror: ReturnType<Ports['mirror']>;
  folder: string;
  keys: Uint8Array[];
}

async function adoptFrom(
  shown: Shown,
  artifacts: readonly NamedFile[],
  checksum: string,
  ports: AdoptPorts,
): Promise<ReleaseDocument[] | undefined> {
  const signed = await shown.mirror.read(shown.folder, checksum, maxChecksumBytes);
  if (signed === undefined) return undefined;
  const lines = parseChecksums((await ports.verifier.open(signed, shown.keys)).text);
  for (const { name, file } of artifacts)
    if (lines.find((line) => line.name === name)?.sha256 !== file.sha256) throw otherThan(name);
  const own = new Set(artifacts.map(({ name }) => name));
  const documents: ReleaseDocument[] = [];
  for (const { name, sha256 } of lines.filter((line) => !own.has(line.name))) {
    const document = await bring(shown, name, kindOfDocument(name), ports);
    if (document.file.sha256 !== sha256) throw otherThan(name);
    documents.push(await recognize(document, artifacts, ports));
  }
  for (const { name, file } of artifacts) {
    const document = await bring(shown, signatureName(name), 'signature', ports);
    const signature = await readFile(await ports.artifacts.get(document.file), 'latin1');
    await ports.verifier.verify(await ports.artifacts.get(file), signature, shown.keys);
    documents.push(document);
  }
  const path = join(await ports.artifacts.workFolder(`${shown.folder}/adopt`), checksum);
  await writeFile(path, signed);
  return [
    ...documents,
    { name: checksum, kind: 'checksum', file: await ports.artifacts.put(path, checksum) },
  ];
}

/** What LXD and Incus know an image by is said by no file: it follows from the bytes. */
async function recognize(
  document: ReleaseDocument,
  artifacts: readonly NamedFile[],
  ports: AdoptPorts,
): Promise<ReleaseDocument> {
  if (document.kind !== 'lxd-metadata') return document;
  const disk = artifacts.find(({ name }) => name === lxdDiskName(document.name));
  if (disk === undefined) return document;
  return { ...document, fingerprint: await findFingerprint(document.file, disk.file, ports) };
}

async function bring(
  { mirror, folder }: Shown,
  name: string,
  kind: DocumentKind,
  { artifacts }: AdoptPorts,
): Promise<ReleaseDocument> {
  const path = join(await artifacts.workFolder(`${folder}/adopt`), name);
  try {
    await mirror.retrieve(folder, name, path);
    return { name, kind, file: await artifacts.put(path, name) };
  } finally {
    await rm(path, { force: true });
  }
}

function otherThan(name: string): AperiodicError {
  return new AperiodicError('conflict', `${name} is not the file that was made now`);
}
