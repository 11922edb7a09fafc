/** A finding out of options, for `policy explain`. */
import { scoreVector } from '../../model/advisories/cvss.ts';
import { AperiodicError } from '../../model/errors.ts';
import { timestamp } from '../../model/timestamp.ts';
import type { Finding } from '../../model/types.generated.ts';
import type { Given } from '../command.ts';

/** @throws AperiodicError `usage` naming the option */
export function makeFinding(given: Given, now: Date): Finding {
  const severity = readSeverity(given.text('severity') ?? 'unknown');
  const cvss = readCvss(given);
  const epss = readNumber(given, 'epss', 1);
  const moment = readMoment(given.text('available'), now);
  const exploited = given.flag('kev') || given.flag('ransomware');
  return {
    stream: 'example-1/image',
    advisory: {
      id: 'EXAMPLE-1',
      feed: 'example',
      title: 'An advisory made up from options',
      severity,
      ...(cvss === undefined ? {} : { cvss }),
      cves: [],
      fixes: [],
      references: [],
      flaws: [],
    },
    packages: [{ name: 'example', architecture: 'x86_64', installed: '1' }],
    // Known for as long as the fix is there: what came later has to be said in a file.
    ...(exploited ? { exploited: { added: moment, ransomware: given.flag('ransomware') } } : {}),
    ...(epss === undefined ? {} : { epss }),
    ...(given.flag('without-fix') ? {} : { available: moment }),
  };
}

function readSeverity(word: string): Finding['advisory']['severity'] {
  const words = ['critical', 'important', 'moderate', 'low', 'unknown'] as const;
  const found = words.find((one) => one === word);
  if (found === undefined) throw new AperiodicError('usage', `--severity takes one of ${words.join(', ')}`);
  return found;
}

/** The score is that of the vector, whatever else is said. */
function readCvss(given: Given): Finding['advisory']['cvss'] {
  const vector = given.text('cvss');
  const score = readNumber(given, 'score', 10);
  if (vector === undefined) return score === undefined ? undefined : { score };
  const computed = scoreVector(vector);
  if (computed === undefined) {
    const like = 'such as CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H';
    throw new AperiodicError('usage', `--cvss takes a vector with all base metrics of its version, ${like}`);
  }
  if (score !== undefined && score !== computed)
    throw new AperiodicError(
      'usage',
      `--score says ${score}, but the base score of the vector is ${computed}: leave --score out`,
    );
  return { vector, score: computed };
}

function readNumber(given: Given, option: string, most: number): number | undefined {
  const text = given.text(option);
  if (text === undefined) return undefined;
  const value = Number(text);
  if (text.trim() !== '' && value >= 0 && value <= most) return value;
  throw new AperiodicError('usage', `--${option} takes a number from 0 to ${most}`);
}

function readMoment(text: string | undefined, now: Date): string {
  const moment = text === undefined ? now.getTime() : Date.parse(text);
  if (Number.isNaN(moment) || Math.abs(moment) > Date.UTC(9999, 0))
    throw new AperiodicError('usage', '--available takes a date, such as 2026-11-22T10:00:00Z');
  return timestamp(moment);
}
