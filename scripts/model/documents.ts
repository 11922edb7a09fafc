/** What is published beside artifacts. */
import { formatName } from './image-formats.ts';
import { formatArtifactUri } from './job.ts';
import { compareText } from './order.ts';
import type { DocumentKind, PublishedRecord, RecordedDocument, ReleaseDocument } from './types.generated.ts';

/** As a record names them, by name. */
export function recordDocuments(documents: readonly ReleaseDocument[]): RecordedDocument[] {
  return documents
    .map(({ name, kind, file, fingerprint }) => ({
      name,
      kind,
      sha256: file.sha256,
      size: file.size,
      ...(fingerprint === undefined ? {} : { fingerprint }),
    }))
    .sort((a, b) => compareText(a.name, b.name));
}

/** As if they had just been signed; whoever uses their files has to bring them. */
export function recallDocuments({ documents = [] }: Pick<PublishedRecord, 'documents'>): ReleaseDocument[] {
  return documents.map(({ name, kind, sha256, size, fingerprint }) => ({
    name,
    kind,
    file: { sha256, size, uri: formatArtifactUri(sha256, name) },
    ...(fingerprint === undefined ? {} : { fingerprint }),
  }));
}

/** By the end of its name, of a document that the CHECKSUM lists beside the artifacts. */
export function kindOfDocument(name: string): DocumentKind {
  if (name.endsWith(lxdEnding)) return 'lxd-metadata';
  return name.endsWith('.provenance.json') ? 'provenance' : 'sbom';
}

const lxdEnding = '.lxd.tar.xz';

/** Name of the tarball that LXD and Incus want beside an image's qcow2. */
export function lxdMetadataName(baseName: string): string {
  return `${baseName}${lxdEnding}`;
}

/** Name of the qcow2 that such a tarball belongs to. */
export function lxdDiskName(name: string): string {
  return formatName(name.slice(0, -lxdEnding.length), 'qcow2');
}

/** Name of a file's detached signature. */
export function signatureName(name: string): string {
  return `${name}.asc`;
}
