/**
 * In: a release that a registry holds. Out: the signatures of its index and of each image in it, on every mirror that holds the
 * release, for its version's tag and for `latest`.
 *
 * Comes before a tag leads to it. Safe to run twice: a folder of signatures is whole or not there, and one that is there is
 * neither written nor signed again, also by another key.
 */
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { renderImageSignature, signatureFileName, signatureFolder } from '../model/container/signature.ts';
import { signingDate } from '../model/signing-date.ts';
import type { PublishedRecord, RecordedContainer } from '../model/types.generated.ts';
import { dateOfVersion } from '../model/version.ts';
import type { MirrorFile, Ports } from '../ports.ts';

export type SignContainerPorts = Pick<Ports, 'artifacts' | 'log' | 'mirror' | 'registry' | 'signer'>;

/** Bytes: signatures have some hundred. */
const maxSignatureBytes = 65_536;

/** @throws AperiodicError `not-found` when signatures are missing and there is no key; of the first mirror that failed */
export async function signContainer(
  record: PublishedRecord,
  { registry, repository, digest }: RecordedContainer,
  ports: SignContainerPorts,
): Promise<void> {
  const name = ports.registry(registry).nameOf(repository);
  const references = [record.version, 'latest'].map((tag) => `${name}:${tag}`);
  const digests = [
    digest,
    ...record.architectures.flatMap(({ container }) => (container === undefined ? [] : [container.manifest])),
  ];
  for (const one of digests) {
    const folder = signatureFolder(registry, name, one);
    let files: MirrorFile[] | undefined;
    for (const { id } of record.mirrors) {
      const mirror = ports.mirror(id);
      // The last to be shown, by a mirror that shows one file after the other.
      if ((await mirror.read(folder, signatureFileName(0), maxSignatureBytes)) !== undefined) continue;
      files ??= await makeSignatures(record, references, one, ports);
      const task = ports.log.task(`sign ${name}@${one}`);
      try {
        await mirror.publish(folder, files, task);
        task.done(`${files.length} signatures on ${id}`);
      } catch (error) {
        task.failed(error instanceof Error ? error.message : String(error));
        throw error;
      }
    }
  }
}

/** One for each name and key, signature-1 last. */
async function makeSignatures(
  { stream, version }: PublishedRecord,
  references: readonly string[],
  digest: string,
  { artifacts, signer }: SignContainerPorts,
): Promise<MirrorFile[]> {
  const at = signingDate(dateOfVersion(version), await signer.keys());
  const work = await artifacts.workFolder(`${stream}/${version}/container-signatures`);
  const files: MirrorFile[] = [];
  for (const reference of references) {
    for (const message of await signer.seal(renderImageSignature({ reference, digest }, at), at)) {
      const name = signatureFileName(files.length);
      await writeFile(join(work, name), message);
      const file = await artifacts.put(join(work, name), name);
      files.push({ name, path: await artifacts.get(file), sha256: file.sha256, size: file.size });
    }
  }
  return files.reverse();
}
