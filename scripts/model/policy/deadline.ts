/** Deadlines as the policy writes them. */
import { AperiodicError } from '../errors.ts';

export const hour = 3_600_000;
export const day = 24 * hour;

const shape = /^([1-9]\d{0,3}) (hour|day)s?$/;

/** Milliseconds; undefined for `scheduled`. @throws AperiodicError `internal` for what the schema does not let through */
export function parseDeadline(text: string): number | undefined {
  if (text === 'scheduled') return undefined;
  const [, count, unit] = shape.exec(text) ?? [];
  if (count === undefined) throw new AperiodicError('internal', `'${text}' is not a deadline`);
  return Number(count) * (unit === 'hour' ? hour : day);
}
