/**
 * JSON with a line for each thing and not for each of its words: as easy to compare by line, and with a fraction of the lines, each
 * of which costs time where a document is clear-signed.
 */

/** Programs for OpenPGP cut lines of 20,000 characters. */
const longest = 4000;

/**
 * @param document plain values
 * @param depth of the things that have a line of their own: 1 for the values of the document itself
 * @returns with a newline at its end
 */
export function renderJsonLines(document: object, depth: number): string {
  return `${renderValue(document, depth, '')}\n`;
}

function renderValue(value: unknown, depth: number, indent: string): string {
  if (typeof value !== 'object' || value === null) return JSON.stringify(value);
  if (depth <= 0) {
    const line = JSON.stringify(value);
    if (line.length <= longest) return line;
  }
  const inner = `${indent} `;
  const isList = Array.isArray(value);
  const lines = isList
    ? value.map((one: unknown) => renderValue(one, depth - 1, inner))
    : Object.entries(value)
        .filter(([, one]) => one !== undefined)
        .map(([key, one]) => `${JSON.stringify(key)}: ${renderValue(one, depth - 1, inner)}`);
  const [open, close] = isList ? '[]' : '{}';
  if (lines.length === 0) return `${open}${close}`;
  return `${open}\n${inner}${lines.join(`,\n${inner}`)}\n${indent}${close}`;
}
