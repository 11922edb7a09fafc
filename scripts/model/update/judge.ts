/** The advisories that new pins leave behind, and what the policy says of each. Pure. */
import { fixedBetween } from '../advisories/fixed-between.ts';
import type { PinnedStream } from '../advisories/installed.ts';
import { type KnownAdvisories, matchAdvisories } from '../advisories/match.ts';
import { addStatements } from '../not-affected.ts';
import { acquit } from '../policy/acquit.ts';
import { judge } from '../policy/judge.ts';
import type { Finding, NotAffectedStatement, Policy, Stream, Verdict } from '../types.generated.ts';
import type { JudgedFix, PinsUpdate } from './judged.ts';

/** What is stated not to affect, and the release that the update would become. */
export interface Stated {
  statements: readonly NotAffectedStatement[];
  version: string;
}

/** Who decides in a repository that has no policy: one person, without a date. */
function regular({ stream, advisory }: Finding): Verdict {
  return {
    stream,
    advisory: advisory.id,
    feed: advisory.feed,
    rule: 'no-policy',
    approvals: 1,
    because: ['there is no releases/policy.yaml: it comes with the next update'],
  };
}

/**
 * @param known of the stream's distribution: at least what is about its packages
 * @param policy undefined when the repository has none
 */
export function judgeUpdate(
  { stream: id, before, after, availableSince }: PinsUpdate,
  stream: Pick<Stream, 'payload' | 'repositories' | 'exposure'>,
  known: KnownAdvisories,
  policy: Policy | undefined,
  stated?: Stated,
): JudgedFix[] {
  const { payload, repositories, exposure } = stream;
  const pinned = (pins: PinsUpdate['before']): PinnedStream => ({ id, payload, repositories, pins });
  const findings = matchAdvisories(known, [pinned(before)]);
  return fixedBetween(pinned(before), pinned(after), known).flatMap(({ advisory, packages }) => {
    const found = findings.find((finding) => finding.advisory === advisory);
    if (found === undefined) return [];
    const looked = stated === undefined ? found : addStatements(found, stated.statements, stated.version);
    const finding = { ...looked, available: availableSince(advisory, packages) };
    const verdict =
      acquit(finding) ?? (policy === undefined ? regular(finding) : judge(policy, finding, { exposure }));
    return [{ finding, packages, verdict }];
  });
}
