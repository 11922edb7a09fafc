/** Release versions: YYYYMMDD.N, a UTC date and a counter, as Fedora's compose ids. */
import { AperiodicError } from './errors.ts';

export interface Version {
  /** YYYYMMDD. */
  date: string;
  number: number;
}

const shape = /^(\d{4})(\d{2})(\d{2})\.(0|[1-9]\d{0,3})$/;
const maxNumber = 9999;

/** Undefined when the text is not a version, or its date is not in the calendar. */
export function parseVersion(text: string): Version | undefined {
  const match = shape.exec(text);
  if (match === null) return undefined;
  const [year = 0, month = 0, day = 0, number = 0] = match.slice(1).map(Number);
  // A day that is not in the calendar becomes another one.
  const time = new Date(Date.UTC(year, month - 1, day));
  const isDay =
    time.getUTCFullYear() === year && time.getUTCMonth() === month - 1 && time.getUTCDate() === day;
  return isDay ? { date: text.slice(0, 8), number } : undefined;
}

/** Negative when `a` is older than `b`. @throws AperiodicError `invalid` when one of them is not a version */
export function compareVersions(a: string, b: string): number {
  const left = requireVersion(a);
  const right = requireVersion(b);
  if (left.date !== right.date) return left.date < right.date ? -1 : 1;
  return left.number - right.number;
}

/**
 * The next version of a stream: of the day of `date` in UTC, or of the newest existing version's day when that is later,
 * so that it is greater than all of them even when clocks or commits went backwards.
 * @param date of the commit that asks for the release, not of the clock, so that a second run names the same version
 */
export function nextVersion(date: Date, existing: readonly string[]): string {
  const today = formatDate(date);
  const newest = [...existing].sort(compareVersions).at(-1);
  if (newest === undefined) return checked(`${today}.0`);
  const last = requireVersion(newest);
  if (last.date < today) return checked(`${today}.0`);
  if (last.number < maxNumber) return checked(`${last.date}.${last.number + 1}`);
  return checked(`${formatDate(new Date(dateOfVersion(newest).getTime() + 86_400_000))}.0`);
}

/** Midnight (UTC) of the version's day. @throws AperiodicError `invalid` */
export function dateOfVersion(text: string): Date {
  const { date } = requireVersion(text);
  return new Date(`${date.slice(0, 4)}-${date.slice(4, 6)}-${date.slice(6)}T00:00:00Z`);
}

function requireVersion(text: string): Version {
  const version = parseVersion(text);
  if (version !== undefined) return version;
  throw new AperiodicError('invalid', `'${text}' is not a version: write YYYYMMDD.N with a real date`);
}

function formatDate(date: Date): string {
  return date.toISOString().split('T', 1).join('').replaceAll('-', '');
}

function checked(version: string): string {
  requireVersion(version);
  return version;
}
