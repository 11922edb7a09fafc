/** Which packages a pull request adds, removes and changes. */
import type { PreviewPackage, PreviewPackages } from '../../model/types.generated.ts';
import { codeBlock, details } from '../markdown.ts';

/** @param lines most packages that are listed */
export function renderPackages(
  { total, added, removed, changed, list }: PreviewPackages,
  lines: number,
): string {
  const summary = `Packages: ${total}, ${added} added, ${removed} removed, ${changed} changed`;
  if (list.length === 0) return `${summary}.\n`;
  const shown = list.slice(0, lines).map(describePackage);
  const rest = list.length - shown.length;
  if (shown.length === 0) return `${summary}; the list does not fit here.\n`;
  const block = codeBlock([...shown, ...(rest > 0 ? [`  and ${rest} more`] : [])], 'diff');
  return list.length <= 15 ? `${summary}.\n${block}` : details(summary, block);
}

function describePackage({ name, architecture, from, to }: PreviewPackage): string {
  const subject = `${name} (${architecture})`;
  if (from === undefined) return `+ ${subject} ${to ?? ''}`;
  if (to === undefined) return `- ${subject} ${from}`;
  return from === to ? `! ${subject} ${to}: same version, other bytes` : `! ${subject} ${from} -> ${to}`;
}
