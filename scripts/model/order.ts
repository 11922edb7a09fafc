/** One order of text for everything that is written or digested: code units, not a locale. */
export function compareText(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
