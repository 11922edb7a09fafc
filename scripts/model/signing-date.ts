/** The date of a signature: the same whenever it is made. */

/**
 * The date that is asked for, or that of the newest key when that was made later: nobody can have signed with a key before
 * it was there. The clock plays no part.
 */
export function signingDate(wanted: Date, keys: readonly { createdAt: Date }[]): Date {
  return new Date(Math.max(wanted.getTime(), ...keys.map(({ createdAt }) => createdAt.getTime())));
}
