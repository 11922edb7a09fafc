/** Severities in the words of many distributions, taken into Red Hat's scale. */
import type { Severity } from '../types.generated.ts';
import { quote } from './clean.ts';
import type { Flaws } from './flaws.ts';

/**
 * Red Hat's own words; CVSS's (high, medium); Bodhi's (urgent); Ubuntu's and Debian's (negligible, unimportant). Those that say
 * that nothing is known yet are unknown. https://access.redhat.com/security/updates/classification
 */
const words: Readonly<Record<string, Severity>> = {
  critical: 'critical',
  important: 'important',
  urgent: 'important',
  high: 'important',
  moderate: 'moderate',
  medium: 'moderate',
  low: 'low',
  minor: 'low',
  negligible: 'low',
  unimportant: 'low',
  none: 'unknown',
  unknown: 'unknown',
  unspecified: 'unknown',
  untriaged: 'unknown',
  undetermined: 'unknown',
  'n/a': 'unknown',
  'not yet assigned': 'unknown',
  'end-of-life': 'unknown',
};

const scale: readonly Severity[] = ['unknown', 'low', 'moderate', 'important', 'critical'];

/** Undefined for nothing, and for a word that nobody knows, after a flaw was added. */
export function readSeverity(word: unknown, flaws: Flaws): Severity | undefined {
  if (word === undefined || word === null || word === '') return undefined;
  const plain =
    typeof word === 'string' ? word.slice(0, 60).trim().toLowerCase().replace(/\*+$/, '') : undefined;
  const known = plain !== undefined && Object.hasOwn(words, plain) ? words[plain] : undefined;
  if (known === undefined) flaws.add(`severity ${quote(word)} is a word that nobody knows`);
  return known;
}

/** Whether `a` is greater than `b`. */
export function isGraver(a: Severity, b: Severity): boolean {
  return scale.indexOf(a) > scale.indexOf(b);
}

/** The greatest; unknown when there is none. */
export function gravest(severities: readonly (Severity | undefined)[]): Severity {
  return severities.reduce<Severity>(
    (worst, one) => (one !== undefined && isGraver(one, worst) ? one : worst),
    'unknown',
  );
}
