/**
 * Advisories that say the same, made one: a distribution's bulletin and the entries of its CVEs, the same CVE in two feeds, an entry
 * that is there twice.
 */
import type { Advisory, AdvisoryFix, Cvss } from '../types.generated.ts';
import { Flaws } from './flaws.ts';
import { gravest } from './severity.ts';

/** Whether it is about one CVE and has no name of its own: CVE-2025-1234, DEBIAN-CVE-2025-1234. */
function isCveEntry({ id, cves }: Advisory): boolean {
  return cves.length === 1 && id.endsWith(cves[0] ?? '');
}

/**
 * Of entries with one id in one feed the one that was changed last is kept. Lines of an entry of a CVE that a bulletin with this
 * CVE, or an earlier entry of it, has as well are taken out, and the entry with its last line; what it knows of severity and
 * score goes to the one that stays.
 * @param advisories of one distribution, by rank of their feeds
 */
export function mergeAdvisories(advisories: readonly Advisory[], flaws: Flaws): Advisory[] {
  const kept = dropRepeated(advisories, flaws);
  const ranked = [...kept.filter((one) => !isCveEntry(one)), ...kept.filter(isCveEntry)];
  const holders = new Map<string, Advisory[]>();
  const gained = new Map<Advisory, Advisory[]>();
  const remaining = new Map<Advisory, AdvisoryFix[]>();
  for (const advisory of ranked) {
    let { fixes } = advisory;
    if (isCveEntry(advisory) && advisory.withdrawn === undefined) {
      for (const holder of holders.get(advisory.cves[0] ?? '') ?? []) {
        const held = new Set((remaining.get(holder) ?? []).map(fixKey));
        const rest = fixes.filter((fix) => !held.has(fixKey(fix)));
        if (rest.length === fixes.length) continue;
        gained.set(holder, [...(gained.get(holder) ?? []), advisory]);
        fixes = rest;
      }
    }
    if (fixes.length === 0 && advisory.fixes.length > 0) continue;
    remaining.set(advisory, fixes);
    if (advisory.withdrawn !== undefined) continue;
    for (const cve of advisory.cves) holders.set(cve, [...(holders.get(cve) ?? []), advisory]);
  }
  return kept.flatMap((advisory) => {
    const fixes = remaining.get(advisory);
    return fixes === undefined ? [] : [join({ ...advisory, fixes }, gained.get(advisory) ?? [])];
  });
}

function fixKey({ package: name, of, architecture, introduced, fixed, lastAffected }: AdvisoryFix): string {
  return [name, of, architecture, introduced, fixed, lastAffected].join(' ');
}

function dropRepeated(advisories: readonly Advisory[], flaws: Flaws): Advisory[] {
  const kept = new Map<string, Advisory>();
  for (const advisory of advisories) {
    const key = `${advisory.feed} ${advisory.id}`;
    const before = kept.get(key);
    if (before !== undefined)
      flaws.add(`${advisory.id} is there twice: the one that was changed last was taken`);
    const older = before === undefined || changed(before) < changed(advisory);
    if (older) kept.set(key, advisory);
  }
  return [...kept.values()];
}

function changed({ modified, published }: Advisory): string {
  return modified ?? published ?? '';
}

/** The word of the advisory itself comes before those of its CVEs. */
function join(advisory: Advisory, entries: readonly Advisory[]): Advisory {
  if (entries.length === 0) return advisory;
  const severity =
    advisory.severity === 'unknown' ? gravest(entries.map((entry) => entry.severity)) : advisory.severity;
  const cvss = greatest([advisory, ...entries].flatMap((one) => one.cvss ?? []));
  const published = advisory.published ?? entries.flatMap((entry) => entry.published ?? []).sort()[0];
  const flaws = new Flaws();
  for (const flaw of [advisory, ...entries].flatMap((one) => one.flaws)) flaws.add(flaw);
  return {
    ...advisory,
    severity,
    ...(cvss === undefined ? {} : { cvss }),
    ...(published === undefined ? {} : { published }),
    flaws: flaws.list,
  };
}

function greatest(scores: readonly Cvss[]): Cvss | undefined {
  return [...scores].sort((a, b) => b.score - a.score)[0];
}

/** Advisories of one repository in several architectures: those with one id become one that has the lines of all. */
export function uniteFixes(advisories: readonly Advisory[]): Advisory[] {
  const united = new Map<string, Advisory>();
  for (const advisory of advisories) {
    const before = united.get(advisory.id);
    const fixes = new Map([...(before?.fixes ?? []), ...advisory.fixes].map((fix) => [fixKey(fix), fix]));
    united.set(advisory.id, { ...(before ?? advisory), fixes: [...fixes.values()] });
  }
  return [...united.values()];
}
