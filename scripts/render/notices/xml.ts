/** XML 1.0 from values: text is escaped, and there is no other way to put any in. */

export interface XmlElement {
  name: string;
  attributes: Record<string, string | undefined>;
  /** Text, or elements; none: an empty element. */
  content: string | readonly XmlElement[];
}

export function element(
  name: string,
  attributes: Record<string, string | undefined> = {},
  content: string | readonly XmlElement[] = [],
): XmlElement {
  return { name, attributes, content };
}

export function renderXml(root: XmlElement): string {
  return `<?xml version="1.0" encoding="UTF-8"?>\n${render(root, '')}`;
}

function render({ name, attributes, content }: XmlElement, indent: string): string {
  const given = Object.entries(attributes).flatMap(([key, value]) =>
    value === undefined ? [] : [` ${key}="${escapeXml(value).replaceAll('\n', '&#10;')}"`],
  );
  const open = `${indent}<${name}${given.join('')}`;
  if (content.length === 0) return `${open}/>\n`;
  if (typeof content === 'string') return `${open}>${escapeXml(content)}</${name}>\n`;
  return `${open}>\n${content.map((child) => render(child, `${indent} `)).join('')}${indent}</${name}>\n`;
}

/** Characters that XML does not have are left out (https://www.w3.org/TR/xml/#charsets). */
function escapeXml(text: string): string {
  return text
    .replace(/\p{Cs}/gu, '\uFFFD')
    .replace(/[^\t\n\u0020-\uFFFD\u{10000}-\u{10FFFF}]/gu, '')
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;');
}
