/** The difference of two texts, as hunks with a little of what is around them. */
import { structuredPatch } from 'diff';
import type { PreviewDiff } from '../types.generated.ts';

/** What one diff may take up in a preview. */
const limits = { lines: 1000, characters: 1000, edits: 4000 } as const;

/** Undefined when nothing differs. Two texts that have too little in common are only said to differ. */
export function diffLines(before: readonly string[], after: readonly string[]): PreviewDiff | undefined {
  const [a, b] = [before, after].map((lines) => lines.map((line) => `${line}\n`).join(''));
  if (a === b || a === undefined || b === undefined) return undefined;
  const patch = structuredPatch('', '', a, b, '', '', { context: 2, maxEditLength: limits.edits });
  if (patch === undefined) return { lines: [], cut: true };
  const lines = patch.hunks.flatMap((hunk, index) => [...(index === 0 ? [] : ['@@']), ...hunk.lines]);
  const shown = lines.slice(0, limits.lines).map((line) => {
    const characters = [...line];
    return characters.length <= limits.characters
      ? line
      : `${characters.slice(0, limits.characters - 3).join('')}...`;
  });
  return { lines: shown, cut: lines.length > shown.length };
}
