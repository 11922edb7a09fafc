/** The verdict on what people stated not to affect a stream: nothing is due, whatever the policy says. */
import { describeStated } from '../not-affected.ts';
import type { Finding, Verdict } from '../types.generated.ts';

/** The rule that such verdicts name; no policy may have one of this name. */
export const notAffectedRule = 'not-affected';
/** Lines of a verdict, by the schema, with one for where they come from. */
const maxLines = 49;

/** Undefined for a finding that no statement covers. */
export function acquit({ stream, advisory, notAffected }: Finding): Verdict | undefined {
  if (notAffected === undefined) return undefined;
  return {
    stream,
    advisory: advisory.id,
    feed: advisory.feed,
    rule: notAffectedRule,
    approvals: 1,
    because: [
      ...describeStated(notAffected).slice(0, maxLines),
      'releases/not-affected.yaml has the statement, and its history who made it: no update is due because of it',
    ],
  };
}
