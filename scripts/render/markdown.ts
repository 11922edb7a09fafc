/**
 * Untrusted text in GitHub's Markdown. It only ever stands in code spans and fenced code blocks, where nothing is markup:
 * no link, image, HTML, mention or reference to an issue is found there, not even by what GitHub does after Markdown.
 * https://github.github.com/gfm/#code-spans https://github.github.com/gfm/#fenced-code-blocks
 */

/** Characters of a code span; of a line in a block. */
const limits = { span: 400, line: 1000 } as const;

/** One line without control and format characters (those that hide or reorder text among them). */
export function plainLine(text: string, most: number = limits.line): string {
  const clean = text
    .replace(/[\s\p{Z}]/gu, ' ')
    .replace(/[\p{Cc}\p{Cf}\p{Co}\p{Cn}]/gu, '')
    .replace(/\p{Cs}/gu, '\uFFFD');
  const characters = [...clean];
  return characters.length <= most ? clean : `${characters.slice(0, most - 3).join('')}...`;
}

/** A code span. Not for cells of a table, where a `|` would end it: those hold values of closed forms only. */
export function codeSpan(text: string): string {
  const content = plainLine(text.trim(), limits.span).replace(/ +/g, ' ').trim();
  if (content === '') return '(empty)';
  const fence = '`'.repeat(longestRun(content) + 1);
  return content.includes('`') ? `${fence} ${content} ${fence}` : `${fence}${content}${fence}`;
}

/** A fenced block, with line breaks before and after it so that it stands by itself inside of HTML, too. */
export function codeBlock(lines: readonly string[], language: 'diff' | 'text'): string {
  const content = lines.map((line) => plainLine(line).trimEnd());
  const fence = '`'.repeat(Math.max(3, ...content.map((line) => longestRun(line) + 1)));
  return `\n${[`${fence}${language}`, ...content, fence].join('\n')}\n`;
}

/** What opens at a click. The summary is ours. */
export function details(summary: string, body: string): string {
  return `<details><summary>${summary}</summary>\n${body}\n</details>\n`;
}

/** A table of cells that are ours. */
export function table(columns: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]) => `| ${cells.join(' | ')} |`;
  return [line(columns), line(columns.map(() => '---')), ...rows.map(line), ''].join('\n');
}

function longestRun(text: string): number {
  return Math.max(0, ...(text.match(/`+/g) ?? []).map((run) => run.length));
}
