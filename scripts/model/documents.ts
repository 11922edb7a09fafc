/** What is published beside artifacts. */
import { formatArtifactUri } from './job.ts';
import { compareText } from './order.ts';
import type { DocumentKind, PublishedRecord, RecordedDocument, ReleaseDocument } from './types.generated.ts';

/** As a record names them, by name. */
export function recordDocuments(documents: readonly ReleaseDocument[]): RecordedDocument[] {
  return documents
    .map(({ name, kind, file }) => ({ name, kind, sha256: file.sha256, size: file.size }))
    .sort((a, b) => compareText(a.name, b.name));
}

/** As if they had just been signed; whoever uses their files has to bring them. */
export function recallDocuments({ documents = [] }: Pick<PublishedRecord, 'documents'>): ReleaseDocument[] {
  return documents.map(({ name, kind, sha256, size }) => ({
    name,
    kind,
    file: { sha256, size, uri: formatArtifactUri(sha256, name) },
  }));
}

/** By the end of its name, of a document that the CHECKSUM lists beside the artifacts. */
export function kindOfDocument(name: string): DocumentKind {
  return name.endsWith('.provenance.json') ? 'provenance' : 'sbom';
}

/** Name of a file's detached signature. */
export function signatureName(name: string): string {
  return `${name}.asc`;
}
