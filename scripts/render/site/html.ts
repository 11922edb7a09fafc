/** HTML by tagged templates: whatever is put in is text, unless it is HTML that a template made. */

const made = new WeakSet<object>();

/** Made by `html` and by nothing else. */
export interface Html {
  readonly text: string;
}

export type Part = Html | string | number | undefined | false | readonly Part[];

const escapes: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};

/**
 * Control characters, halves of characters and what is no character have no place in HTML; marks that turn the direction of text
 * around would let a name pose as another. Each becomes the replacement character.
 */
const unfit = /[\p{Cs}\ufdd0-\ufdef\ufffe\uffff\u202a-\u202e\u2066-\u2069]|(?![\t\n\r])\p{Cc}/gu;

export function escapeHtml(text: string): string {
  return text.replace(unfit, '\uFFFD').replace(/[&<>"']/g, (char) => escapes[char] ?? char);
}

/** Values stand in text, or in attributes that the template puts into double quotes. */
export function html(strings: TemplateStringsArray, ...values: Part[]): Html {
  let text = strings[0] ?? '';
  for (const [index, value] of values.entries()) text += `${renderPart(value)}${strings[index + 1] ?? ''}`;
  const result = { text };
  made.add(result);
  return result;
}

/** Text of a part, as it stands in HTML. */
export function renderPart(part: Part): string {
  if (part === undefined || part === false) return '';
  if (typeof part === 'string') return escapeHtml(part);
  if (typeof part === 'number') return String(part);
  if (isList(part)) return part.map(renderPart).join('');
  // What merely looks like HTML, such as an object out of a file, is not.
  return made.has(part) ? part.text : escapeHtml(part.text);
}

function isList(part: Html | readonly Part[]): part is readonly Part[] {
  return Array.isArray(part);
}

/** An address for href: of the web, or undefined. Nothing that a browser would run. */
export function webLink(address: string): string | undefined {
  return /^https?:\/\/[^\s"'<>\\]+$/i.test(address) ? address : undefined;
}

/** Path from one page of the site to another, so that the site works below any address. */
export function relativePath(from: string, to: string): string {
  const source = from.split('/').slice(0, -1);
  const target = to.split('/');
  let same = 0;
  while (same < source.length && same < target.length - 1 && source[same] === target[same]) same++;
  return [...source.slice(same).map(() => '..'), ...target.slice(same)].map(encodeURIComponent).join('/');
}
