/** What is said of a comparison: in a line, and when it fails. */
import { AperiodicError } from './errors.ts';
import { describeAcceptance, describeFailedGates, describeGate } from './gates/describe.ts';
import { replacementBoots, replacementChecks } from './replacement/checks.ts';
import type { Comparison, GateResult, Job, Replacement, ReplacementResult } from './types.generated.ts';

export interface ComparisonEvidence {
  kept: readonly string[];
  serialTail: string;
  /** Path of the comparison as JSON. */
  report: string;
  logFolder: string;
}

/** `7 of 9 gates passed, 1 accepted, 1 not comparable; replacement passed (102 s to a login, was 98 s)`. */
export function describeComparison({ gates, replacement }: Comparison): string {
  const count = (result: GateResult['result']) => gates.filter((gate) => gate.result === result).length;
  const others = (['accepted', 'failed', 'not-comparable'] as const)
    .filter((result) => count(result) > 0)
    .map((result) => `, ${count(result)} ${result}`);
  return `${count('passed')} of ${gates.length} gates passed${others.join('')}; ${describeReplacement(replacement)}`;
}

function describeReplacement({ result, reason, previous, now }: Replacement): string {
  if (result === 'not-compared') return `no replacement test: ${reason?.split('\n', 1).join() ?? ''}`;
  if (previous === undefined || now === undefined) return `replacement ${result}`;
  return `replacement ${result} (${now.login} s to a login, was ${previous.login} s)`;
}

/** The error that ends the stage; undefined when every gate passed or was accepted and the replacement worked. */
export function failureOf(
  { previous, gates, checks }: Comparison,
  { stream, version }: Pick<Job, 'stream' | 'version'>,
  { kept, serialTail, report, logFolder }: ComparisonEvidence,
): AperiodicError | undefined {
  const beyond = gates.filter(({ result }) => result === 'failed');
  const bad = (checks ?? []).filter(({ result }) => result === 'failed');
  if (beyond.length + bad.length === 0) return undefined;
  const parts = [
    ...(bad.length === 0 ? [] : [`does not replace ${previous} (${bad.map(({ id }) => id).join(', ')})`]),
    ...(beyond.length === 0
      ? []
      : [`is beyond the limits against ${previous}: ${beyond.map((gate) => describeGate(gate)).join('; ')}`]),
  ];
  const detail = [
    ...(bad.length === 0 ? [] : [describeChecks(bad)]),
    ...(beyond.length === 0
      ? []
      : [describeFailedGates(beyond), describeAcceptance(stream, version, beyond)]),
    ...(serialTail === '' ? [] : [`Serial console of the new guest:\n${serialTail}`]),
    ['Kept:', ...kept, report].join('\n  '),
  ];
  const message = `the image ${parts.join(', and ')}: see ${logFolder}`;
  return new AperiodicError('qa-failed', message, { detail: detail.join('\n\n') });
}

function describeChecks(checks: readonly ReplacementResult[]): string {
  const texts = new Map(
    [replacementBoots, ...replacementChecks].map((check) => [check.id, check.expectation]),
  );
  return checks
    .map(({ id, seen }) => {
      const lines = seen.split('\n').map((line) => `    ${line}`);
      return [id, `  expected: ${texts.get(id) ?? ''}`, '  seen:', ...lines].join('\n');
    })
    .join('\n');
}
