/** Markdown of our own documents as HTML of the site. HTML in Markdown is left out, links are checked, the rest is escaped. */
import type { ListItem, Nodes, RootContent, Table, TableCell } from 'mdast';
import { fromMarkdown } from 'mdast-util-from-markdown';
import { gfmFromMarkdown } from 'mdast-util-gfm';
import { gfm } from 'micromark-extension-gfm';
import { codeBlock } from './blocks.ts';
import { type Html, html, type Part, webLink } from './html.ts';

export interface MarkdownOptions {
  /** Where a link to another file of the documents leads; undefined where it leads nowhere. */
  linkTo(target: string): string | undefined;
}

/** Headings keep their levels: a document begins with its only `#`. */
export function renderMarkdown(text: string, options: MarkdownOptions): Html {
  const tree = fromMarkdown(text, { extensions: [gfm()], mdastExtensions: [gfmFromMarkdown()] });
  return html`${tree.children.map((node) => html`${render(node, options)}\n${node.type === 'heading' && node.depth === 1 && contents(tree.children)}`)}`;
}

/** Links to the sections of a long document; nothing for a short one. */
function contents(nodes: readonly RootContent[]): Html | false {
  const sections = nodes.flatMap((node) =>
    node.type === 'heading' && node.depth === 2 ? [textOf(node)] : [],
  );
  if (sections.length < 3) return false;
  return html`<nav aria-label="On this page"><ul class="jumps">${sections.map((title) => html`<li><a href="#${slug(title)}">${title}</a></li>`)}</ul></nav>\n`;
}

function render(node: RootContent, options: MarkdownOptions): Html | string | false {
  const inner = 'children' in node ? node.children.map((child) => render(child, options)) : [];
  switch (node.type) {
    case 'text':
      return node.value;
    case 'paragraph':
      return html`<p>${inner}</p>`;
    case 'heading':
      return heading(node.depth, slug(textOf(node)), inner);
    case 'inlineCode':
      return html`<code>${node.value}</code>`;
    case 'code':
      return codeBlock(node.value, node.lang === 'sh' ? 'Commands' : 'Example');
    case 'emphasis':
      return html`<em>${inner}</em>`;
    case 'strong':
      return html`<strong>${inner}</strong>`;
    case 'list':
      return node.ordered === true ? html`<ol>${inner}</ol>` : html`<ul>${inner}</ul>`;
    case 'listItem':
      return html`<li${checkAnchor(node)}>${tight(node, options)}</li>\n`;
    case 'link':
      return link(node.url, inner, options);
    case 'break':
      return html`<br>`;
    case 'thematicBreak':
      return html`<hr>`;
    case 'blockquote':
      return html`<blockquote>${inner}</blockquote>`;
    case 'table':
      return renderTable(node, options);
    default:
      return false;
  }
}

function renderTable({ children }: Table, options: MarkdownOptions): Html {
  const [head, ...rows] = children;
  const inside = (cell: TableCell) => cell.children.map((child) => render(child, options));
  const title = (cell: TableCell) =>
    textOf(cell) === '' ? html`<td></td>` : html`<th scope="col">${inside(cell)}</th>`;
  return html`<div class="scroll" tabindex="0" role="group" aria-label="Table: ${head === undefined ? '' : textOf(head)}">
<table>
<thead><tr>${(head?.children ?? []).map(title)}</tr></thead>
<tbody>
${rows.map((row) => html`<tr>${row.children.map((cell) => html`<td>${inside(cell)}</td>`)}</tr>\n`)}</tbody>
</table>
</div>`;
}

function heading(depth: number, id: string, inner: Part): Html {
  if (depth === 1) return html`<h1>${inner}</h1>`;
  if (depth === 2) return html`<h2 id="${id}">${inner}</h2>`;
  return depth === 3 ? html`<h3 id="${id}">${inner}</h3>` : html`<h4 id="${id}">${inner}</h4>`;
}

function link(url: string, inner: Part, { linkTo }: MarkdownOptions): Html {
  const address = url.startsWith('#') ? url : (webLink(url) ?? linkTo(url));
  return address === undefined ? html`${inner}` : html`<a href="${address}">${inner}</a>`;
}

/** Paragraphs of a short list are no paragraphs of their own. */
function tight({ children, spread }: ListItem, options: MarkdownOptions): Part {
  return children.map((child) =>
    child.type === 'paragraph' && spread !== true
      ? child.children.map((one) => render(one, options))
      : render(child, options),
  );
}

/** `- ID: \`boots\`` of the QA expectations is what results of releases link to. */
function checkAnchor({ children: [first] }: ListItem): Html | false {
  if (first?.type !== 'paragraph') return false;
  const [words, id] = first.children;
  if (words?.type !== 'text' || words.value !== 'ID: ' || id?.type !== 'inlineCode') return false;
  return html` id="check-${id.value}"`;
}

function textOf(node: Nodes): string {
  if ('value' in node) return node.value;
  return 'children' in node ? node.children.map(textOf).join(' ').trim() : '';
}

function slug(text: string): string {
  return text
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '-')
    .replace(/^-|-$/g, '');
}
