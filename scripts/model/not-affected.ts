/**
 * Flaws that cannot be exploited in images, as releases/not-affected.yaml states it: which statements hold for what. Pure. Whether
 * they are right is for those who review the file.
 */
import type { Finding, NotAffectedStatement, StatedReason } from './types.generated.ts';
import { compareVersions } from './version.ts';

/** An advisory, and the packages of a stream that it is about. */
export interface Concern {
  advisory: string;
  cves: readonly string[];
  /** Names as they are installed. */
  packages: readonly string[];
}

/** A release of a stream, made or to be made. */
export interface Place {
  stream: string;
  version: string;
}

type Range = Pick<NotAffectedStatement, 'streams' | 'from' | 'until'>;

/** Whether it is about the stream at all, withdrawn or not. */
export function isAbout({ streams }: Pick<Range, 'streams'>, stream: string): boolean {
  return streams === 'all' || streams.includes(stream);
}

/** Whether the release is one that it is, or was, about. */
export function isInRange(statement: Range, { stream, version }: Place): boolean {
  const { from, until } = statement;
  return (
    isAbout(statement, stream) &&
    (from === undefined || compareVersions(version, from) >= 0) &&
    (until === undefined || compareVersions(version, until) < 0)
  );
}

export function holdsFor(statement: NotAffectedStatement, place: Place): boolean {
  return statement.withdrawn === undefined && isInRange(statement, place);
}

/**
 * The statements that cover all of an advisory: every package, of the advisory as a whole or of each of its CVEs. Undefined
 * when anything is left open: then it counts as any other.
 */
export function findStatements(
  statements: readonly NotAffectedStatement[],
  place: Place,
  { advisory, cves, packages }: Concern,
): NotAffectedStatement[] | undefined {
  const holding = statements.filter((one) => holdsFor(one, place));
  const cover = (name: string) => {
    const found = holding.filter(
      (one) => one.vulnerability === name && packages.some((each) => one.packages.includes(each)),
    );
    return packages.every((each) => found.some((one) => one.packages.includes(each))) ? found : undefined;
  };
  if (packages.length === 0) return undefined;
  const whole = cover(advisory);
  if (whole !== undefined || cves.length === 0) return whole;
  const parts = cves.map(cover);
  const all = parts.flatMap((part) => part ?? []);
  return parts.every((part) => part !== undefined) ? all : undefined;
}

/** The finding with what is stated of it, if that covers it. @param version of the release that would be made next */
export function addStatements(
  finding: Finding,
  statements: readonly NotAffectedStatement[],
  version: string,
): Finding {
  const { stream, advisory, packages } = finding;
  const concern = { advisory: advisory.id, cves: advisory.cves, packages: packages.map(({ name }) => name) };
  const found = findStatements(statements, { stream, version }, concern);
  return found === undefined ? finding : { ...finding, notAffected: found.map(reasonOf) };
}

function reasonOf({ vulnerability, justification, statement, statedAt }: NotAffectedStatement): StatedReason {
  return { vulnerability, justification, statement, statedAt };
}

/** As people are told of it, wherever an advisory is listed. */
export function describeStated(reasons: readonly StatedReason[]): string[] {
  return reasons.map(({ vulnerability, justification, statement, statedAt }) =>
    cut(`not affected, as stated: ${vulnerability}, ${justification}, ${statedAt}: ${statement}`),
  );
}

/** A line has at most 500 characters, by the schema of verdicts. */
function cut(line: string): string {
  const characters = [...line];
  return characters.length <= 500 ? line : `${characters.slice(0, 497).join('')}...`;
}
