/**
 * In: a release whose every architecture was built and tested. Out: the same, with what is published beside its artifacts: bills
 * of materials and provenance, what LXD and Incus want beside a disk, a detached signature for each artifact, and the clear-signed
 * CHECKSUM file over all of it.
 *
 * Safe to run twice: the documents follow from the candidate, and signatures are dated by the version, so that the same
 * candidate and keys give the same bytes; what a mirror shows already, signed by us, is taken as it is.
 */
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { signatureName } from '../model/documents.ts';
import { AperiodicError } from '../model/errors.ts';
import { compareText } from '../model/order.ts';
import { signingDate } from '../model/signing-date.ts';
import { timestamp } from '../model/timestamp.ts';
import type { Candidate, DocumentKind, FileRef, ReleaseDocument, Signed } from '../model/types.generated.ts';
import { dateOfVersion } from '../model/version.ts';
import { checksumFileName, renderChecksums } from '../render/checksum.ts';
import { renderDocuments } from '../render/documents.ts';
import { renderLxdMetadata } from '../render/lxd/metadata.ts';
import { type AdoptPorts, adoptDocuments } from './adopt-documents.ts';
import { findFingerprint, listLxdImages } from './sign/lxd.ts';

/** @throws AperiodicError `not-found` when there is no signing key, `invalid` when architectures do not fit together */
export async function signRelease(candidate: Candidate, ports: AdoptPorts): Promise<Signed> {
  const { stream, version } = candidate;
  const task = ports.log.task(`sign ${stream} ${version}`);
  try {
    const keys = await ports.signer.keys();
    const checksum = checksumFileName(nameOf(candidate), version);
    const artifacts = listArtifacts(candidate);
    const adopted = await adoptDocuments(candidate, artifacts, checksum, ports);
    if (adopted !== undefined) {
      task.done('before');
      return { ...candidate, documents: adopted.sort(byName) };
    }
    const day = dateOfVersion(version);
    const at = signingDate(day, keys);
    const keep = await createKeeper(candidate, ports);
    const documents: ReleaseDocument[] = [];
    for (const image of candidate.architectures)
      for (const { name, kind, text } of renderDocuments(image, timestamp(day)))
        documents.push(await keep(name, kind, text));
    for (const { name, job, disk } of listLxdImages(candidate)) {
      const tarball = await keep(name, 'lxd-metadata', await renderLxdMetadata(job));
      documents.push({ ...tarball, fingerprint: await findFingerprint(tarball.file, disk, ports) });
    }
    const covered = [...artifacts, ...documents].map(({ name, file }) => ({ name, ...file }));
    for (const [index, { name, file }] of artifacts.entries()) {
      task.note(name);
      const signature = await ports.signer.detach(await ports.artifacts.get(file), at);
      documents.push(await keep(signatureName(name), 'signature', signature));
      task.progress(index + 1, artifacts.length, 'steps');
    }
    const text = await ports.signer.clearSign(renderChecksums(covered), at);
    documents.push(await keep(checksum, 'checksum', text));
    task.done(`by ${keys.map(({ fingerprint, userId }) => `${fingerprint} (${userId})`).join(' and ')}`);
    return { ...candidate, documents: documents.sort(byName) };
  } catch (error) {
    task.failed(error instanceof Error ? error.message : String(error));
    throw error;
  }
}

function byName(a: ReleaseDocument, b: ReleaseDocument): number {
  return compareText(a.name, b.name);
}

function listArtifacts({ architectures }: Candidate): { name: string; file: FileRef }[] {
  return architectures.flatMap(({ tested }) => tested.built.artifacts);
}

/** The name that all jobs have. */
function nameOf({ stream, version, architectures }: Candidate): string {
  const names = new Set(architectures.map(({ tested }) => tested.built.job.name));
  const [name] = names;
  if (name !== undefined && names.size === 1) return name;
  throw new AperiodicError(
    'invalid',
    `${stream}/${version} joins jobs of other names: ${[...names].join(', ')}`,
  );
}

async function createKeeper({ stream, version }: Candidate, { artifacts }: AdoptPorts) {
  const folder = await artifacts.workFolder(`${stream}/${version}/sign`);
  return async (name: string, kind: DocumentKind, content: string | Uint8Array): Promise<ReleaseDocument> => {
    const path = join(folder, name);
    await writeFile(path, content);
    return { name, kind, file: await artifacts.put(path, name) };
  };
}
