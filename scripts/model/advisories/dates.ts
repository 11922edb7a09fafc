/** Dates of feeds. */
import { quote } from './clean.ts';
import type { Flaws } from './flaws.ts';

const day = 86_400_000;
/** CVE ids begin in 1999: an earlier date of an advisory is a mistake, such as the epoch of a clock. */
const earliest = Date.UTC(1999, 0, 1);
const form = /^\d{4}-\d{2}-\d{2}(?:[T ]\d{2}:\d{2}(?::\d{2}(?:\.\d{1,9})?)?\s?(?:Z|UTC|[+-]\d{2}:?\d{2})?)?$/;

/**
 * A date of a feed as our timestamp: RFC 3339, also with a space, without seconds or zone (then UTC), days alone (midnight),
 * and seconds since 1970 in ten digits. Undefined after a flaw was added, and for nothing.
 */
export function readDate(value: unknown, what: string, now: Date, flaws: Flaws): string | undefined {
  if (value === undefined || value === null || value === '') return undefined;
  const ms = toMilliseconds(value);
  if (ms === undefined) {
    flaws.add(`${what} ${quote(value)} is no date and was left out`);
    return undefined;
  }
  if (ms < earliest || ms > now.getTime() + day) {
    flaws.add(
      `${what} ${quote(value)} lies ${ms < earliest ? 'before 1999' : 'in the future'} and was left out`,
    );
    return undefined;
  }
  return toTimestamp(ms);
}

export function toTimestamp(ms: number): string {
  return `${new Date(ms).toISOString().slice(0, 19)}Z`;
}

/** Undefined when it is no date. */
export function toMilliseconds(value: unknown): number | undefined {
  if (typeof value !== 'string' && typeof value !== 'number') return undefined;
  const text = String(value).slice(0, 100).trim();
  if (/^\d{9,10}$/.test(text)) return Number(text) * 1000;
  if (!form.test(text)) return undefined;
  const [date = '', time = '00:00:00Z'] =
    text.split(/[T ]/, 1)[0] === text ? [text] : [text.slice(0, 10), text.slice(11)];
  const zoned = /(Z|[+-]\d{2}:?\d{2})$/.test(time) ? time : `${time.replace(/\s?UTC$/, '')}Z`;
  const ms = Date.parse(`${date}T${zoned.replace(/\s/g, '')}`);
  // Date.parse takes 30 February for 1 March.
  if (
    Number.isNaN(ms) ||
    Number.isNaN(Date.parse(date)) ||
    !new Date(Date.parse(date)).toISOString().startsWith(date)
  )
    return undefined;
  return ms;
}

/** Both dates of an entry: one that was changed before it was published has a wrong date, and the change's is left out. */
export function readDates(
  published: unknown,
  modified: unknown,
  now: Date,
  flaws: Flaws,
): { published?: string; modified?: string } {
  const first = readDate(published, 'the date of publication', now, flaws);
  const last = readDate(modified, 'the date of change', now, flaws);
  if (first !== undefined && last !== undefined && last < first) {
    flaws.add(`changed ${last}, before it was published ${first}: the date of change was left out`);
    return { published: first };
  }
  return {
    ...(first === undefined ? {} : { published: first }),
    ...(last === undefined ? {} : { modified: last }),
  };
}
