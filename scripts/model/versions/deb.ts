/**
 * The order of Debian's package versions, as dpkg has it (deb-version(7); Debian Policy 5.6.12).
 * A version is [epoch:]upstream[-revision]; no epoch is 0, no revision is equal to 0.
 */

export interface DebVersion {
  /** Digits. */
  epoch: string;
  upstream: string;
  revision: string;
}

export function parseDebVersion(version: string): DebVersion {
  const colon = version.indexOf(':');
  const dash = version.lastIndexOf('-');
  const upstreamEnd = dash > colon ? dash : version.length;
  return {
    epoch: colon < 0 ? '0' : version.slice(0, colon),
    upstream: version.slice(colon + 1, upstreamEnd),
    revision: version.slice(upstreamEnd + 1),
  };
}

/** Negative when `a` is older than `b`, 0 when they are of the same age, positive when it is newer. */
export function compareDebVersions(a: string, b: string): number {
  if (a === b) return 0;
  const left = parseDebVersion(a);
  const right = parseDebVersion(b);
  return (
    comparePart(left.epoch, right.epoch) ||
    comparePart(left.upstream, right.upstream) ||
    comparePart(left.revision, right.revision)
  );
}

const zero = 48;
const nine = 57;
const tilde = 126;

/** Runs of what is no digit and runs of digits in turn; of the first, a tilde is before the end, the end before letters. */
function comparePart(a: string, b: string): number {
  let i = 0;
  let j = 0;
  while (i < a.length || j < b.length) {
    while (isOther(a, i) || isOther(b, j)) {
      const order = weight(a, i) - weight(b, j);
      if (order !== 0) return order;
      i++;
      j++;
    }
    while (a.charCodeAt(i) === zero) i++;
    while (b.charCodeAt(j) === zero) j++;
    let first = 0;
    while (isDigit(a, i) && isDigit(b, j)) {
      if (first === 0) first = a.charCodeAt(i) - b.charCodeAt(j);
      i++;
      j++;
    }
    if (isDigit(a, i)) return 1;
    if (isDigit(b, j)) return -1;
    if (first !== 0) return first;
  }
  return 0;
}

function isDigit(text: string, at: number): boolean {
  const code = text.charCodeAt(at);
  return code >= zero && code <= nine;
}

function isOther(text: string, at: number): boolean {
  return at < text.length && !isDigit(text, at);
}

function weight(text: string, at: number): number {
  if (at >= text.length || isDigit(text, at)) return 0;
  const code = text.charCodeAt(at);
  if (code === tilde) return -1;
  return /[A-Za-z]/.test(text.charAt(at)) ? code : code + 256;
}
