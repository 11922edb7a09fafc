/** Holds a release against the one before it. */
import { compareText } from '../order.ts';
import type { Acceptance, GateId, GateLimits, GateResult } from '../types.generated.ts';
import type { Gate, ListGate, NumberGate, Side } from './gate.ts';
import { gates } from './gates.ts';

export interface Sides {
  previous: Side;
  now: Side;
}

/** What a gate finds, before anybody is asked whether it was accepted. */
type Finding = Omit<GateResult, 'id'>;

/**
 * One result a gate, in their order. What a side lacks makes a gate `not-comparable` and never a failure: records of
 * before a figure was measured do not have it.
 */
export function judgeGates(
  sides: Sides,
  limits: Required<GateLimits>,
  accepted: readonly Acceptance[] = [],
): GateResult[] {
  return gates.map((gate) => accept({ id: gate.id, ...judge(gate, sides, limits) }, accepted));
}

/** Acceptances that no gate needed: to be taken out, so that they hide nothing later. */
export function unneededAcceptances(
  results: readonly GateResult[],
  accepted: readonly Acceptance[] = [],
): GateId[] {
  const needed = new Set(results.filter(({ result }) => result === 'accepted').map(({ id }) => id));
  // That of the raw image is not for this stage to judge.
  const named = accepted.flatMap(({ gate }) => (gate === 'raw-digest' ? [] : [gate]));
  return [...new Set(named)].filter((gate) => !needed.has(gate));
}

function accept(result: GateResult, accepted: readonly Acceptance[]): GateResult {
  const line = accepted.find(({ gate }) => gate === result.id);
  if (result.result !== 'failed' || line === undefined) return result;
  return { ...result, result: 'accepted', reason: line.reason };
}

function judge(gate: Gate, { previous, now }: Sides, limits: Required<GateLimits>): Finding {
  const missing = (side: string): Finding => ({
    result: 'not-comparable',
    reason: `${side} has no figure for it`,
  });
  if (gate.kind === 'list') {
    const before = gate.read(previous);
    const after = gate.read(now);
    if (before === undefined) return missing('the release before');
    return after === undefined ? missing('this release') : judgeList(gate, before, after);
  }
  const before = gate.read(previous);
  const after = gate.read(now);
  if (before === undefined) return missing('the release before');
  return after === undefined ? missing('this release') : judgeNumbers(gate, before, after, limits);
}

function judgeNumbers(
  gate: NumberGate,
  before: ReadonlyMap<string, number>,
  after: ReadonlyMap<string, number>,
  limits: Required<GateLimits>,
): Finding {
  const pairs = [...after].flatMap(([subject, now]) => {
    const previous = before.get(subject);
    if (previous === undefined) return [];
    const limit = gate.most(previous, limits);
    return [{ subject, previous, now, limit, excess: now / Math.max(limit, Number.EPSILON) }];
  });
  const [worst] = pairs.sort((a, b) => b.excess - a.excess || compareText(a.subject, b.subject));
  if (worst === undefined) return { result: 'not-comparable', reason: 'the two have no format in common' };
  const { subject, previous, now, limit } = worst;
  return {
    result: now <= limit ? 'passed' : 'failed',
    ...(subject === '' ? {} : { subject }),
    previous: round(previous),
    now: round(now),
    limit: round(limit),
  };
}

function judgeList(gate: ListGate, before: readonly string[], after: readonly string[]): Finding {
  const had = new Set(before);
  const has = new Set(after);
  const added = [...has].filter((entry) => !had.has(entry)).sort(compareText);
  const removed = [...had].filter((entry) => !has.has(entry)).sort(compareText);
  const refused = gate.refuses === 'added' ? added : removed;
  return {
    result: refused.length === 0 ? 'passed' : 'failed',
    previous: had.size,
    now: has.size,
    ...(added.length === 0 ? {} : { added }),
    ...(removed.length === 0 ? {} : { removed }),
  };
}

/** For people; the judgement is made with the exact numbers. */
function round(value: number): number {
  return Math.round(value * 10) / 10;
}
