/** Text of feeds, made fit for our form: what does not fit is left out, never passed on. */

/** Characters that end lines, move cursors, or hide or turn text around. */
const hidden = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Cs}]+/gu;
const maxLine = 500;
const address = /^https?:\/\/[^\s\p{Cc}<>"'`]{1,1990}$/u;
const cve = /CVE-\d{4}-\d{4,19}(?!\d)/gi;
const maxReferences = 200;
const maxCves = 2000;
/** No CVE is looked for behind this many characters of one text. */
const maxSearched = 100_000;

/** One line without control characters, cut to 500; undefined when nothing is left. */
export function cleanLine(value: unknown, length = maxLine): string | undefined {
  if (typeof value !== 'string') return undefined;
  const line = value
    .slice(0, 4 * length)
    .replace(hidden, ' ')
    .replace(/\s+/g, ' ')
    .trim();
  if (line === '') return undefined;
  if (line.length <= length) return line;
  // A cut between the halves of a character would leave one that is none.
  return `${line.slice(0, length - 1).replace(/[\uD800-\uDBFF]$/, '')}…`;
}

/** A text of a feed inside of a message: short and in quotes. */
export function quote(value: unknown): string {
  const line = cleanLine(typeof value === 'string' ? value : JSON.stringify(value)?.slice(0, 200), 60);
  return `'${line ?? ''}'`;
}

export function isAdvisoryId(value: unknown): value is string {
  return typeof value === 'string' && /^[A-Za-z0-9][A-Za-z0-9._:+-]{0,99}$/.test(value);
}

export function isPackageName(value: unknown): value is string {
  return typeof value === 'string' && /^[A-Za-z0-9][A-Za-z0-9+._-]{0,199}$/.test(value);
}

export function isPackageVersion(value: unknown): value is string {
  return typeof value === 'string' && /^[A-Za-z0-9][A-Za-z0-9.+~:^_-]{0,199}$/.test(value);
}

/** Every CVE id that the texts name, each once, in order. */
export function findCves(texts: readonly unknown[]): string[] {
  const found = new Set<string>();
  for (const text of texts) {
    if (typeof text !== 'string') continue;
    for (const [id] of text.slice(0, maxSearched).matchAll(cve)) found.add(id.toUpperCase());
  }
  return [...found].sort().slice(0, maxCves);
}

/** Addresses that may stand in a page, each once. */
export function readAddresses(values: readonly unknown[]): string[] {
  const found = new Set<string>();
  for (const value of values) {
    if (typeof value === 'string' && value.length < 2000 && address.test(value)) found.add(value);
    if (found.size === maxReferences) break;
  }
  return [...found];
}

export function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

export function listOf(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [];
}
