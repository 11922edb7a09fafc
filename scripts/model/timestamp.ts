/** Moments as the schemas have them: UTC, to the second. */

/** @param moment as a number: milliseconds since 1970 */
export function timestamp(moment: Date | number): string {
  return `${new Date(moment).toISOString().slice(0, 19)}Z`;
}
