/** <stream>/stream.sjson before it is signed. */
import { canonicalJson } from '../model/canonical-json.ts';
import type { StreamDocument } from '../model/types.generated.ts';

/** Lines stay short: programs for OpenPGP cut those of 20,000 characters. */
export function renderStreamDocument(document: StreamDocument): string {
  return canonicalJson(document);
}
