/** Pieces that several pages have. */
import { type Html, html, type Part } from './html.ts';

/** Text to copy: the script puts a button beside it. `label` says what it is to who cannot see it. */
export function codeBlock(text: string, label: string): Html {
  return html`<div class="code" data-copy="${label}"><pre tabindex="0" role="group" aria-label="${label}"><code>${text}</code></pre></div>\n`;
}

/** A short value to copy. */
export function codeValue(text: string, label: string): Html {
  return html`<span class="value" data-copy="${label}"><code>${text}</code></span>`;
}

export interface Column {
  title: string;
  /** Numbers stand on the right. */
  kind?: 'number';
}

/** A table that scrolls by itself where the screen is too narrow. Cells of the first column are headings of their rows. */
export function table(
  caption: string,
  columns: readonly Column[],
  rows: readonly (readonly Part[])[],
  attributes: Html | undefined = undefined,
): Html {
  const kind = (index: number) => columns[index]?.kind === 'number' && html` class="number"`;
  return html`<div class="scroll" tabindex="0" role="group" aria-label="${caption}">
<table${attributes}>
<caption>${caption}</caption>
<thead><tr>${columns.map(({ title }, index) => html`<th scope="col"${kind(index)}>${title}</th>`)}</tr></thead>
<tbody>
${rows.map((cells) => html`<tr>${cells.map((cell, index) => (index === 0 ? html`<th scope="row">${cell}</th>` : html`<td${kind(index)}>${cell}</td>`))}</tr>\n`)}</tbody>
</table>
</div>
`;
}

export function facts(rows: readonly (readonly [string, Part])[]): Html {
  return html`<dl class="facts">${rows.map(([name, value]) => html`<div><dt>${name}</dt><dd>${value}</dd></div>\n`)}</dl>\n`;
}

export function note(kind: 'warning' | 'danger' | 'plain', body: Part): Html {
  return html`<div class="note note-${kind}" role="note">${body}</div>\n`;
}
