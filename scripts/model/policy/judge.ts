/** What the policy says of a finding. Pure: the same policy and finding always get the same verdict, whatever the day. */
import { AperiodicError } from '../errors.ts';
import { timestamp } from '../timestamp.ts';
import type { Exposure, Finding, Policy, PolicyRule, Verdict } from '../types.generated.ts';
import { acquit } from './acquit.ts';
import { matches, pointOf } from './conditions.ts';
import { parseDeadline } from './deadline.ts';
import { deriveFacts, type Facts, type KnownFacts } from './facts.ts';

/** What the stream says of itself. */
export interface StreamContext {
  /** Undefined when stream.yaml does not say. */
  exposure?: Exposure | undefined;
}

/**
 * The first rule that matches decides.
 *
 * The clock starts when the fix was first seen in the stream's repositories, for before that nothing can be built. Where the
 * rule asks for known exploitation, and that became known later, it starts then; but never is an update due later than it
 * would be if exploitation were not known.
 *
 * What people stated not to affect the stream is never due, whatever the policy says.
 * @throws AperiodicError `invalid` when no rule matches: a policy that was loaded has one for everything
 */
export function judge(policy: Policy, finding: Finding, context: StreamContext = {}): Verdict {
  const acquitted = acquit(finding);
  if (acquitted !== undefined) return acquitted;
  const known = deriveFacts(policy, finding, context.exposure);
  const rule = findRule(policy, known.facts);
  const clock = startClock(policy, rule, finding, context);
  return {
    stream: finding.stream,
    advisory: finding.advisory.id,
    feed: finding.advisory.feed,
    rule: rule.id,
    ...(clock.due === undefined ? {} : { due: timestamp(clock.due) }),
    approvals: rule.approvals,
    because: explain(policy, rule, known, clock.words),
  };
}

export function findRule(policy: Pick<Policy, 'rules'>, facts: Facts): PolicyRule {
  const point = pointOf(facts);
  const rule = policy.rules.find(({ when }) => matches(when, point, facts.fix));
  if (rule === undefined)
    throw new AperiodicError('invalid', 'no rule matches: end with one that has no condition');
  return rule;
}

interface Clock {
  /** Milliseconds since the epoch; undefined: with the next scheduled update. */
  due: number | undefined;
  words: string;
}

function startClock(policy: Policy, rule: PolicyRule, finding: Finding, context: StreamContext): Clock {
  const { available, exploited } = finding;
  const time = parseDeadline(rule.deadline);
  if (available === undefined)
    return {
      due: undefined,
      words: 'the clock has not started: nothing can be built before the fix is there',
    };
  if (time === undefined) return { due: undefined, words: 'due with the next scheduled update' };
  const seen = Date.parse(available);
  const asks = rule.when.exploited !== undefined || rule.when.ransomware !== undefined;
  const known = asks && exploited !== undefined ? Date.parse(exploited.added) : seen;
  if (known <= seen)
    return { due: seen + time, words: `the clock started at ${available}, when the fix was seen` };
  const { exploited: _, ...otherwise } = finding;
  const before = judge(policy, otherwise, context);
  const limit = before.due === undefined ? Number.POSITIVE_INFINITY : Date.parse(before.due);
  const due = Math.min(known + time, limit);
  const words =
    due < known + time
      ? `due by the earlier deadline of rule ${before.rule}: exploitation became known later, at ${timestamp(known)}, and puts nothing off`
      : `the clock started at ${timestamp(known)}, when exploitation became known; the fix was there before`;
  return { due, words };
}

const factsOf = {
  fix: 'fix',
  exploited: 'exploited',
  ransomware: 'ransomware',
  severity: 'severity',
  cvss: 'cvss',
  epss: 'epss',
  exposure: 'network',
  automatable: 'automatable',
  impact: 'total',
} as const satisfies Record<keyof PolicyRule['when'], keyof Facts>;

function explain(policy: Policy, rule: PolicyRule, { words }: KnownFacts, clock: string): string[] {
  const asked = Object.entries(factsOf).flatMap(([condition, fact]) =>
    Object.hasOwn(rule.when, condition) ? [fact] : [],
  );
  const others = Object.values(factsOf).filter((fact) => !asked.includes(fact));
  return [
    `rule ${rule.id} (${rule.deadline}): ${rule.says}`,
    ...asked.map((fact) => words[fact]),
    ...others.map((fact) => `also known: ${words[fact]}`),
    clock,
    `${rule.approvals === 0 ? 'nobody' : rule.approvals === 1 ? 'one person' : `${rule.approvals} people`} must approve${rule.approvals === 0 ? ': it merges itself when its QA has passed' : ''}`,
    ...describeSources(policy, rule),
  ].map(cut);
}

function describeSources(policy: Policy, rule: PolicyRule): string[] {
  const sources = policy.sources.filter(({ id }) => rule.source.includes(id));
  return [
    `why so: ${rule.why}`,
    ...sources.map(({ title, link }) => `source: ${title}${link === undefined ? '' : `, ${link}`}`),
  ];
}

/** Lines have at most 500 characters, by the schema. */
function cut(line: string): string {
  const characters = [...line];
  return characters.length <= 500 ? line : `${characters.slice(0, 497).join('')}...`;
}
