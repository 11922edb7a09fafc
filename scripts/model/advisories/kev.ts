/** CISA's catalogue of known exploited vulnerabilities. https://www.cisa.gov/known-exploited-vulnerabilities-catalog */
import type { KnownExploited } from '../types.generated.ts';
import { findCves, isObject, listOf, quote } from './clean.ts';
import { readDate, toMilliseconds, toTimestamp } from './dates.ts';
import { Flaws } from './flaws.ts';

export interface KevRead {
  /** By CVE. */
  exploited: Map<string, KnownExploited>;
  flaws: Flaws;
}

/** Days are midnight UTC. An entry without a readable date counts as added when the catalogue was published. */
export function readKev(catalogue: unknown, now: Date): KevRead {
  const exploited = new Map<string, KnownExploited>();
  const flaws = new Flaws();
  if (!isObject(catalogue) || !Array.isArray(catalogue.vulnerabilities)) {
    flaws.add('the catalogue has no list of vulnerabilities');
    return { exploited, flaws };
  }
  const released =
    readDate(catalogue.dateReleased, "the catalogue's date", now, flaws) ?? toTimestamp(now.getTime());
  for (const entry of listOf(catalogue.vulnerabilities)) {
    const [cve] = isObject(entry) ? findCves([entry.cveID]) : [];
    if (!isObject(entry) || cve === undefined) {
      flaws.add(`an entry for ${quote(isObject(entry) ? entry.cveID : entry)} was left out`);
      continue;
    }
    if (exploited.has(cve)) {
      flaws.add(`${cve} is there twice: the first entry was taken`);
      continue;
    }
    exploited.set(cve, readEntry(cve, entry, { released, now, flaws }));
  }
  return { exploited, flaws };
}

function readEntry(
  cve: string,
  entry: Readonly<Record<string, unknown>>,
  { released, now, flaws }: { released: string; now: Date; flaws: Flaws },
): KnownExploited {
  const own = new Flaws();
  const added = readDate(entry.dateAdded, 'the date added', now, own);
  if (added === undefined) own.add(`counts as added ${released}`);
  // Lies in the future by its nature.
  const dueMs = toMilliseconds(entry.dueDate);
  const due = dueMs === undefined ? undefined : toTimestamp(dueMs);
  if (entry.dueDate !== undefined && due === undefined) own.add(`due ${quote(entry.dueDate)} is no date`);
  if (due !== undefined && due < (added ?? released))
    own.add(`due ${due.slice(0, 10)}, before it was added ${(added ?? released).slice(0, 10)}`);
  for (const flaw of own.list) flaws.add(`${cve}: ${flaw}`);
  const ransomware = entry.knownRansomwareCampaignUse;
  return {
    added: added ?? released,
    ...(due === undefined ? {} : { due }),
    ...(typeof ransomware === 'string' ? { ransomware: ransomware.toLowerCase() === 'known' } : {}),
  };
}
