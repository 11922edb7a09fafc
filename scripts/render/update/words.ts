/** Dates of an update, for people. */

/** `2026-11-26 12:00 UTC` of a timestamp. */
export function describeDate(timestamp: string): string {
  return `${timestamp.slice(0, 10)} ${timestamp.slice(11, 16)} UTC`;
}
