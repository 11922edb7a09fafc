/** Doing the same on many mirrors, one after the other: one that fails does not keep the others from being tried. */
import { AperiodicError, toAperiodicError } from '../../model/errors.ts';

/**
 * @param what for the error, in the plural or not: `the notices of debian-12/cloud-base`
 * @param show on the mirror of an id; whether it was written to
 * @returns whether any was written to
 * @throws AperiodicError of the first mirror that failed, after all were tried
 */
export async function showOnAll(
  mirrors: readonly string[],
  what: string,
  show: (id: string) => Promise<boolean>,
): Promise<boolean> {
  let written = false;
  const failures: { id: string; error: AperiodicError }[] = [];
  for (const id of mirrors) {
    try {
      if (await show(id)) written = true;
    } catch (error) {
      failures.push({ id, error: toAperiodicError(error) });
    }
  }
  const [first] = failures;
  if (first === undefined) return written;
  throw new AperiodicError(
    first.error.code,
    `${what} could not be put on the mirror ${first.id}: ${first.error.message}. Run it again`,
    { detail: failures.map(({ id, error }) => `${id}: ${error.located}`).join('\n'), cause: first.error },
  );
}
