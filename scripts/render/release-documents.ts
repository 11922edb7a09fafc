/** What is rendered of a release to be published and signed beside its artifacts. */
import type { Candidate, DocumentKind } from '../model/types.generated.ts';

export interface RenderedDocument {
  name: string;
  kind: DocumentKind;
  text: string;
}

/** Of each architecture, in their order: the same candidate gives the same texts. */
export function renderReleaseDocuments({ architectures }: Candidate): RenderedDocument[] {
  return architectures.flatMap(() => []);
}
