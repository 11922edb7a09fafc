/** CVSS vectors → base scores. */
import calculators from 'ae-cvss-calculator';
import type { Cvss } from '../types.generated.ts';
import { isObject, listOf, quote } from './clean.ts';
import type { Flaws } from './flaws.ts';

const form = /^(CVSS:(3\.0|3\.1|4\.0)\/)?[A-Za-z]{1,4}:[A-Za-z]{1,4}(\/[A-Za-z]{1,4}:[A-Za-z]{1,8})*$/;
/** A feed repeats few vectors often, and scoring one of version 4 takes a while. */
const known = new Map<string, number | undefined>();
const maxKnown = 50_000;

/** Score of CVSS 2, 3.0, 3.1 or 4.0 from its base metrics alone; undefined when it is not whole. */
export function scoreVector(vector: string): number | undefined {
  if (vector.length > 300 || !form.test(vector)) return undefined;
  if (known.has(vector)) return known.get(vector);
  const score = calculate(vector);
  if (known.size >= maxKnown) known.clear();
  known.set(vector, score);
  return score;
}

function calculate(vector: string): number | undefined {
  try {
    const parsed = calculators.fromVector(vector);
    if (parsed === null || !parsed.isBaseFullyDefined()) return undefined;
    const scores: Readonly<Record<string, unknown>> = { ...parsed.calculateScores() };
    const base = scores.baseMetricsOnly ?? scores.base;
    return typeof base === 'number' && base >= 0 && base <= 10 ? base : undefined;
  } catch {
    return undefined;
  }
}

/**
 * OSV's severity entries, `{type: CVSS_V3, score: VECTOR}` → the gravest. Version 2 counts only where there is no other: its scores
 * are not those of today's thresholds. Entries of other types are words of a distribution, for others to read.
 */
export function readCvss(entries: unknown, flaws: Flaws): Cvss | undefined {
  const found: Required<Cvss>[] = [];
  for (const entry of listOf(entries).slice(0, 100)) {
    if (!isObject(entry)) continue;
    const { type, score } = entry;
    if (typeof type !== 'string' || !type.startsWith('CVSS')) continue;
    const base = typeof score === 'string' ? scoreVector(score) : undefined;
    if (typeof score === 'string' && base !== undefined) found.push({ vector: score, score: base });
    else flaws.add(`CVSS vector ${quote(score)} cannot be scored`);
  }
  const later = found.filter(({ vector }) => vector.startsWith('CVSS:'));
  return (later.length > 0 ? later : found).sort((a, b) => b.score - a.score)[0];
}
