/**
 * OSV JSON of Linux distributions. https://ossf.github.io/osv-schema/
 * What a distribution calls its entries' packages differs: Debian and Rocky name sources, AlmaLinux binary packages.
 */
import type { Advisory } from '../types.generated.ts';
import { cleanLine, findCves, isAdvisoryId, isObject, listOf, quote, readAddresses } from './clean.ts';
import { readCvss } from './cvss.ts';
import { readDate, readDates } from './dates.ts';
import { Flaws } from './flaws.ts';
import { readAffected } from './osv-ranges.ts';
import type { ReadOptions } from './reading.ts';
import { gravest, readSeverity } from './severity.ts';

export interface OsvOptions extends ReadOptions {
  /** As affected[].package.ecosystem has it, with the release: `Debian:12`. */
  ecosystem: string;
  of: 'source' | 'binary';
}

/** The advisory; undefined when it is about other distributions or packages, or for an entry that is useless, with a flaw. */
export function readOsv(entry: unknown, options: OsvOptions, flaws: Flaws): Advisory | undefined {
  if (!isObject(entry)) {
    flaws.add('an entry is not an object and was left out');
    return undefined;
  }
  const { id } = entry;
  const ours = listOf(entry.affected).filter((one) => isOurs(one, options));
  if (ours.length === 0) return undefined;
  if (!isAdvisoryId(id)) {
    flaws.add(`an entry with the id ${quote(id)} was left out`);
    return undefined;
  }
  const own = new Flaws();
  const fixes = ours.flatMap((one) => readAffected(one, options.of, own)).slice(0, 20_000);
  if (fixes.length === 0) {
    for (const flaw of own.list) flaws.add(`${id}: ${flaw}`);
    return undefined;
  }
  const withdrawn = readWithdrawn(entry.withdrawn, options.now, own);
  const cvss = readCvss(
    [...listOf(entry.severity), ...ours.flatMap((one) => (isObject(one) ? listOf(one.severity) : []))],
    own,
  );
  const title = cleanLine(entry.summary) ?? cleanLine(firstLine(entry.details)) ?? id;
  return {
    id,
    feed: options.feed,
    title,
    severity: gravest(severityWords(entry, ours).map((word) => readSeverity(word, own))),
    ...(cvss === undefined ? {} : { cvss }),
    cves: findCves([id, ...listOf(entry.aliases), ...listOf(entry.upstream), ...listOf(entry.related)]),
    ...readDates(entry.published, entry.modified, options.now, own),
    ...(withdrawn === undefined ? {} : { withdrawn }),
    fixes,
    references: readAddresses(listOf(entry.references).map((one) => (isObject(one) ? one.url : undefined))),
    flaws: own.list,
  };
}

function isOurs(affected: unknown, { ecosystem, of, wanted }: OsvOptions): boolean {
  if (!isObject(affected) || !isObject(affected.package)) return false;
  const { name } = affected.package;
  if (affected.package.ecosystem !== ecosystem || typeof name !== 'string') return false;
  return wanted === undefined || wanted(of, name);
}

/** A withdrawal whose date cannot be read is one. */
function readWithdrawn(value: unknown, now: Date, flaws: Flaws): string | undefined {
  if (value === undefined || value === null || value === '') return undefined;
  return readDate(value, 'the date of withdrawal', now, flaws) ?? '1999-01-01T00:00:00Z';
}

function firstLine(details: unknown): string | undefined {
  return typeof details === 'string' ? details.slice(0, 4000).trimStart().split('\n', 1)[0] : undefined;
}

/**
 * Words in the fields where databases put them: database_specific.severity, ecosystem_specific.severity or urgency (Debian's), a
 * severity entry of a distribution's own type (Ubuntu's), and the beginning of the title (AlmaLinux, Rocky).
 */
function severityWords(entry: Readonly<Record<string, unknown>>, ours: readonly unknown[]): unknown[] {
  const words: unknown[] = [];
  const look = (value: unknown) => {
    if (isObject(value)) words.push(value.severity, value.urgency);
  };
  look(entry.database_specific);
  look(entry.ecosystem_specific);
  for (const one of ours.slice(0, 1000)) {
    if (!isObject(one)) continue;
    look(one.ecosystem_specific);
    look(one.database_specific);
  }
  for (const one of listOf(entry.severity).slice(0, 100))
    if (isObject(one) && typeof one.type === 'string' && !one.type.startsWith('CVSS')) words.push(one.score);
  const prefix =
    typeof entry.summary === 'string' ? /^(critical|important|moderate|low):/i.exec(entry.summary) : null;
  return [...words.filter((word) => typeof word === 'string'), prefix?.[1]];
}
