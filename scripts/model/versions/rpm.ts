/**
 * The order of rpm's package versions (rpm-version(7); rpmvercmp): [epoch:]version[-release]; no epoch is 0, and a version
 * without a release is older than the same with one.
 */

export interface RpmVersion {
  /** Digits. */
  epoch: string;
  version: string;
  /** Undefined when there is none. */
  release: string | undefined;
}

export function parseRpmVersion(text: string): RpmVersion {
  const epoch = /^(\d*):/.exec(text);
  const rest = epoch === null ? text : text.slice(epoch[0].length);
  const dash = rest.lastIndexOf('-');
  return {
    epoch: epoch?.[1] === undefined || epoch[1] === '' ? '0' : epoch[1],
    version: dash < 0 ? rest : rest.slice(0, dash),
    release: dash < 0 ? undefined : rest.slice(dash + 1),
  };
}

/** Negative when `a` is older than `b`, 0 when they are of the same age, positive when it is newer. */
export function compareRpmVersions(a: string, b: string): number {
  if (a === b) return 0;
  const left = parseRpmVersion(a);
  const right = parseRpmVersion(b);
  return (
    compareSegments(left.epoch, right.epoch) ||
    compareSegments(left.version, right.version) ||
    compareReleases(left.release, right.release)
  );
}

function compareReleases(a: string | undefined, b: string | undefined): number {
  if (a === undefined || b === undefined) return Number(a !== undefined) - Number(b !== undefined);
  return compareSegments(a, b);
}

/**
 * Runs of digits or of letters are compared in turn, whatever separates them; `~` sorts before everything, even the end,
 * and `^` after the end and before everything else.
 */
export function compareSegments(a: string, b: string): number {
  if (a === b) return 0;
  let i = skip(a, 0);
  let j = skip(b, 0);
  for (; i < a.length || j < b.length; i = skip(a, i), j = skip(b, j)) {
    if (a[i] === '~' || b[j] === '~') {
      if (a[i] !== '~') return 1;
      if (b[j] !== '~') return -1;
      i++;
      j++;
      continue;
    }
    if (a[i] === '^' || b[j] === '^') {
      if (i >= a.length) return -1;
      if (j >= b.length) return 1;
      if (a[i] !== '^') return 1;
      if (b[j] !== '^') return -1;
      i++;
      j++;
      continue;
    }
    if (i >= a.length || j >= b.length) break;
    const pattern = /[0-9]/.test(a.charAt(i)) ? digits : letters;
    const left = run(pattern, a, i);
    const right = run(pattern, b, j);
    // A number is newer than a word.
    if (right === '') return pattern === digits ? 1 : -1;
    const order = pattern === digits ? compareNumbers(left, right) : compareWords(left, right);
    if (order !== 0) return order;
    i += left.length;
    j += right.length;
  }
  return Number(i < a.length) - Number(j < b.length);
}

const digits = /[0-9]*/y;
const letters = /[A-Za-z]*/y;
const separators = /[^A-Za-z0-9~^]*/y;

function run(pattern: RegExp, text: string, from: number): string {
  pattern.lastIndex = from;
  return pattern.exec(text)?.[0] ?? '';
}

function skip(text: string, from: number): number {
  return from + run(separators, text, from).length;
}

function compareNumbers(a: string, b: string): number {
  const left = a.replace(/^0+/, '');
  const right = b.replace(/^0+/, '');
  return left.length - right.length || compareWords(left, right);
}

function compareWords(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
