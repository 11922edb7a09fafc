/** What is wrong with a policy that fits its schema. Each problem names a part of the file by its path. */
import type { Freeze, Policy, PolicyRule } from '../types.generated.ts';
import { notAffectedRule } from './acquit.ts';
import { isEmpty, join, leastPoint, matches } from './conditions.ts';
import { parseDeadline } from './deadline.ts';

export interface PolicyProblem {
  path: (string | number)[];
  message: string;
}

/** Empty when the policy is sound. */
export function reviewPolicy(policy: Policy): PolicyProblem[] {
  return [
    ...findRepeated(policy.rules, 'rules'),
    ...findRepeated(policy.sources, 'sources'),
    ...findReserved(policy.rules),
    ...findUnknownSources(policy),
    ...findMissingCatchAll(policy.rules),
    ...findUnreachable(policy.rules),
    ...findReversals(policy.rules),
    ...findBadFreezes(policy.freezes ?? [], ['freezes']),
    ...findBadFreezes(policy.cadence?.freezes ?? [], ['cadence', 'freezes']),
    ...(policy.cadence?.now === undefined
      ? []
      : [{ path: ['cadence', 'now'], message: 'belongs into the stream.yaml of the stream that is meant' }]),
  ];
}

function findRepeated(items: readonly { id: string }[], key: string): PolicyProblem[] {
  const ids = items.map(({ id }) => id);
  return ids.flatMap((id, index) =>
    ids.indexOf(id) < index ? [{ path: [key, index, 'id'], message: `'${id}' is defined twice` }] : [],
  );
}

/** Verdicts name these where no rule decided. */
function findReserved(rules: readonly PolicyRule[]): PolicyProblem[] {
  return rules.flatMap(({ id }, index) =>
    ['no-policy', notAffectedRule].includes(id)
      ? [{ path: ['rules', index, 'id'], message: `'${id}' is what verdicts without a rule are called` }]
      : [],
  );
}

function findUnknownSources({ rules, sources, unknownSeverity }: Policy): PolicyProblem[] {
  const known = new Set(sources.map(({ id }) => id));
  const look = (ids: readonly string[], path: (string | number)[]) =>
    ids.flatMap((id, index) =>
      known.has(id) ? [] : [{ path: [...path, index], message: `'${id}' is not under 'sources'` }],
    );
  return [
    ...look(unknownSeverity.source, ['unknownSeverity', 'source']),
    ...rules.flatMap(({ source }, index) => look(source, ['rules', index, 'source'])),
  ];
}

function findMissingCatchAll(rules: readonly PolicyRule[]): PolicyProblem[] {
  const last = rules.at(-1);
  if (last === undefined || isEmpty(last.when)) return [];
  const message = "does not match everything: end with a rule whose 'when' is {}";
  return [{ path: ['rules', rules.length - 1, 'when'], message }];
}

/**
 * A rule is reached if and only if its least bad finding is not matched by an earlier one: what is worse than a finding that
 * a rule matches is matched by that rule too.
 */
function findUnreachable(rules: readonly PolicyRule[]): PolicyProblem[] {
  return rules.flatMap((rule, index) => {
    const fix = rule.when.fix === undefined;
    const earlier = rules.slice(0, index).find(({ when }) => matches(when, leastPoint(rule.when), fix));
    if (earlier === undefined) return [];
    const message = `is never reached: rule '${earlier.id}' above matches all that '${rule.id}' does`;
    return [{ path: ['rules', index], message }];
  });
}

/**
 * Worse facts must never give a later deadline. It is enough to look at pairs: of two rules, the least bad finding that both
 * match is worse than what the lower one asks for, so the rule that decides it must not give more time.
 */
function findReversals(rules: readonly PolicyRule[]): PolicyProblem[] {
  const dated = rules.flatMap((rule, index) => (rule.when.fix === undefined ? [{ rule, index }] : []));
  return dated.flatMap(({ rule, index }, at) => {
    const worse = dated.slice(at + 1).find(({ rule: lower }) => {
      const both = join(leastPoint(rule.when), leastPoint(lower.when));
      return (
        dated.find(({ rule: { when } }) => matches(when, both, true))?.rule === rule && isLonger(rule, lower)
      );
    });
    if (worse === undefined) return [];
    const message =
      `gives '${rule.id}' more time (${rule.deadline}) than rule '${worse.rule.id}' below (${worse.rule.deadline}), ` +
      'but decides findings that both match, which are worse: move it down, or shorten it';
    return [{ path: ['rules', index, 'deadline'], message }];
  });
}

function isLonger(a: PolicyRule, b: PolicyRule): boolean {
  const time = (rule: PolicyRule) => parseDeadline(rule.deadline) ?? Number.POSITIVE_INFINITY;
  return time(a) > time(b);
}

/** @param path of the list */
export function findBadFreezes(freezes: readonly Freeze[], path: (string | number)[]): PolicyProblem[] {
  return freezes.flatMap(({ from, to }, index) =>
    Date.parse(from) < Date.parse(to)
      ? []
      : [{ path: [...path, index, 'to'], message: `is not after 'from' (${from})` }],
  );
}
