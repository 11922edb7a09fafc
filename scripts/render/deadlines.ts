/**
 * What people are told of deadlines at risk. One issue a stream, known by its first line: raised once, written anew when
 * what it says changed, closed when nothing is at risk any more. Texts name advisories and rules, nothing of their words.
 */
import { createHash } from 'node:crypto';
import { type AtRisk, type DeadlineState, stateKey } from '../model/deadlines.ts';
import { codeSpan, table } from './markdown.ts';

export interface DeadlineIssue {
  stream: string;
  /** First line of the body. */
  marker: string;
  title: string;
  /** With a hidden line of what was mailed, where anything was. */
  body: string;
}

export interface DeadlineMail {
  /** The same for the same deadlines in the same state: for a Message-ID, so that nobody gets it twice. */
  key: string;
  subject: string;
  text: string;
}

/** Common to all, so that issues that are over can be found. */
export const markerPrefix = '<!-- aperiodic deadlines ';

const mailedLine = /^<!-- mailed((?: [0-9a-f]{16})+) -->$/m;

/** Keys of the states that a mail went out about, as the body of an issue remembers them. */
export function readMailed(body: string | undefined): string[] {
  const [, keys = ''] = mailedLine.exec(body ?? '') ?? [];
  return keys.split(' ').filter((key) => key !== '');
}

/** First line of a stream's issue. */
export function deadlineMarker(stream: string): string {
  return `${markerPrefix}${stream} -->`;
}

/** Mailed states that are kept, so that a body has an end. */
const mostMailed = 500;

/**
 * @param mailed keys of the states that a mail went out about. Only those of present states are kept, unless the stream could not
 *   be looked at, when nobody knows which those are
 */
export function renderDeadlineIssue(
  { stream, deadlines }: AtRisk,
  { mailed = [], failed = false }: { mailed?: readonly string[]; failed?: boolean } = {},
): DeadlineIssue {
  const marker = deadlineMarker(stream);
  const present = deadlines.map((one) => stateKey(stream, one)).filter((key) => mailed.includes(key));
  const known = failed ? [...new Set([...present, ...mailed])].slice(0, mostMailed) : present;
  const rows = deadlines.map((one) => [
    one.state === 'missed' ? '**missed**' : 'at risk',
    codeSpan(one.due),
    one.advisory === 'scheduled' ? 'regular release' : codeSpan(one.advisory),
    codeSpan(one.rule),
    describeApproval(one),
  ]);
  const body = [
    marker,
    ...(known.length === 0 ? [] : [`<!-- mailed ${known.join(' ')} -->`]),
    `Updates of ${codeSpan(stream)} that are not public yet:`,
    '',
    table(['', 'public by', 'advisory', 'rule', 'waits for'], rows),
    ...(failed
      ? ['The stream could not be looked at: updates that are not merged may be missing here.', '']
      : []),
    'What to do is in [docs/release-process.md](../blob/HEAD/docs/release-process.md), the rules are in [docs/policy.md](../blob/HEAD/docs/policy.md). ' +
      'This issue is written anew when something changes, and closed when nothing is at risk any more.',
    '',
  ].join('\n');
  return { stream, marker, title: titleOf(stream, deadlines), body };
}

export function renderDeadlineMail({ stream, deadlines }: AtRisk): DeadlineMail {
  const lines = deadlines.map(
    (one) =>
      `${one.state === 'missed' ? 'MISSED' : 'at risk'}  ${one.due}  ${nameOf(one)} (rule ${one.rule})`,
  );
  const key = createHash('sha256')
    .update(JSON.stringify([stream, lines]))
    .digest('hex')
    .slice(0, 32);
  const text = `Updates of ${stream} that are not public yet, and by when they are to be:\n\n${lines.join('\n')}\n\nWhat to do: docs/release-process.md. The rules: docs/policy.md.\n`;
  return { key, subject: titleOf(stream, deadlines), text };
}

/** One line a deadline, for a terminal. */
export function renderDeadlines(all: readonly AtRisk[]): string {
  if (all.length === 0) return 'No deadline is at risk.\n';
  return all
    .flatMap(({ stream, deadlines }) =>
      deadlines.map(
        (one) =>
          `${one.state === 'missed' ? 'missed ' : 'at risk'}  ${stream}  ${one.due}  ${nameOf(one)} (rule ${one.rule})\n`,
      ),
    )
    .join('');
}

function titleOf(stream: string, deadlines: readonly DeadlineState[]): string {
  const missed = deadlines.filter(({ state }) => state === 'missed').length;
  const words = missed > 0 ? 'deadline missed' : 'deadline at risk';
  return `${stream}: ${words} (${deadlines.length} ${deadlines.length === 1 ? 'update' : 'updates'}, first due ${deadlines[0]?.due ?? 'never'})`;
}

function nameOf({ advisory }: DeadlineState): string {
  return advisory === 'scheduled' ? 'regular release' : advisory;
}

function describeApproval({ approvals }: DeadlineState): string {
  if (approvals === undefined || approvals === 0) return 'CI';
  return approvals === 1 ? 'one approval' : `${approvals} approvals`;
}
