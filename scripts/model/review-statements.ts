/** What a pull request may not do with statements that users may have been told. Pure. */
import { AperiodicError } from './errors.ts';
import { notAffectedPath } from './load-not-affected.ts';
import { isAbout } from './not-affected.ts';
import type { Repository } from './streams.ts';
import type { NotAffectedStatement } from './types.generated.ts';

/**
 * A statement about a stream with recorded releases is in a signed document: it is taken back in that document, not by silence.
 * What is stated of a vulnerability of the same packages may be put in other words.
 */
export function findSilencedStatements(base: Repository, head: Repository): AperiodicError[] {
  const { notAffected: left } = head;
  // What has problems is another matter.
  if (left === undefined) return [];
  const known = head.streams.filter(({ releases }) => releases.some(({ record }) => record !== undefined));
  return (base.notAffected ?? []).flatMap((statement) => {
    const silent = known.filter(
      ({ id }) => isAbout(statement, id) && !left.some((other) => speaksOf(other, statement, id)),
    );
    if (silent.length === 0) return [];
    const ids = silent.map(({ id }) => id).join(', ');
    const message =
      `${statement.vulnerability} is no longer spoken of for ${ids}, whose users may have been told that it does not affect them: ` +
      `keep the statement with 'until: VERSION', or with 'withdrawn: {reason: ..., at: ...}' if it was wrong`;
    return [new AperiodicError('invalid', message, { file: notAffectedPath })];
  });
}

function speaksOf(one: NotAffectedStatement, statement: NotAffectedStatement, stream: string): boolean {
  return (
    one.vulnerability === statement.vulnerability &&
    isAbout(one, stream) &&
    one.packages.some((name) => statement.packages.includes(name))
  );
}
