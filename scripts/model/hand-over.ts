/** What a value of a stage names besides itself: the files that have to travel with it from job to job. */
import type { FileRef } from './types.generated.ts';

/** Deeper than any value is; keeps a hostile one from filling the stack. */
const maxDepth = 40;

/** Every file that the value names, each once, in the order of the value. Names of artifacts are checked by who opens them. */
export function findFiles(value: unknown): FileRef[] {
  const found = new Map<string, FileRef>();
  collect(value, found, 0);
  return [...found.values()];
}

function collect(value: unknown, found: Map<string, FileRef>, depth: number): void {
  if (typeof value !== 'object' || value === null || depth > maxDepth) return;
  if (isFileRef(value)) {
    const { sha256, size, uri } = value;
    if (!found.has(uri)) found.set(uri, { sha256, size, uri });
    return;
  }
  for (const part of Object.values(value)) collect(part, found, depth + 1);
}

/** What was recorded and only recalled has no file: its uri is empty. */
function isFileRef(value: object): value is FileRef {
  return (
    'uri' in value &&
    typeof value.uri === 'string' &&
    value.uri.startsWith('artifact:') &&
    'sha256' in value &&
    typeof value.sha256 === 'string' &&
    'size' in value &&
    typeof value.size === 'number'
  );
}
