/** The text of an update's pull request. Whatever comes from a feed stands in code: nothing in it is markup. */
import { describeStated } from '../../model/not-affected.ts';
import { previewPackages } from '../../model/preview/packages.ts';
import type { JudgedFix } from '../../model/update/judged.ts';
import { of } from '../../model/update/packages.ts';
import type { Fix, StreamUpdate } from '../../model/update/update.ts';
import type { Deadline } from '../../model/update/urgency.ts';
import { codeSpan, details, table } from '../markdown.ts';
import { renderPackages } from '../preview/packages.ts';
import { describeDate } from './words.ts';

/** GitHub takes 65,536 characters. */
const maxCharacters = 60_000;

/** Where there is too much, lists are cut, each time saying so; the files of the branch have all of it. */
export function renderBody(updates: readonly StreamUpdate[], deadline: Deadline, marker: string): string {
  for (const lines of [500, 100, 20, 5, 0]) {
    const text = renderWhole(updates, deadline, marker, lines);
    if (text.length <= maxCharacters || lines === 0) return text.slice(0, maxCharacters);
  }
  return marker;
}

function renderWhole(
  updates: readonly StreamUpdate[],
  deadline: Deadline,
  marker: string,
  lines: number,
): string {
  return [
    marker,
    'The next update, kept up to date by `aperiodic watch` until it is merged. A commit of yours on this branch stops that.',
    '',
    ...renderDeadline(deadline),
    table(['stream', 'release', 'packages', 'security fixes', 'due'], updates.slice(0, 50).map(overview)),
    ...(updates.length > 50 ? [`and ${updates.length - 50} more streams`, ''] : []),
    ...renderReview(updates, deadline),
    ...updates.slice(0, lines === 0 ? 0 : 50).map((update) => renderStream(update, lines)),
  ].join('\n');
}

function renderDeadline({ due, approvals, regular }: Deadline): string[] {
  const when =
    due === undefined
      ? 'Nothing in it is due before the next regular release.'
      : `**Public at the latest on ${describeDate(due)}**, as the policy says.`;
  const cadence =
    regular === undefined
      ? ''
      : ` The regular release is due${regular === 'now' ? '' : ` since ${describeDate(regular)}`}.`;
  const who =
    approvals === 0
      ? 'By the policy it needs no approval once its tests have passed.'
      : `It needs ${approvals === 1 ? 'one approval' : `${approvals} approvals`}.`;
  return [`${when}${cadence} ${who}`, ''];
}

function overview({ before, after, release, fixes }: StreamUpdate): string[] {
  const packages = after.pins.map((pins) => {
    const { added, removed, changed } = previewPackages(of(before.pins, pins), pins);
    return `${pins.architecture}: +${added} -${removed} !${changed}`;
  });
  const [due] = fixes.flatMap(({ released }) => released.due ?? []).sort();
  return [
    codeSpan(after.id),
    release === undefined ? 'none: pins only' : codeSpan(release.version),
    packages.join(', '),
    String(fixes.length),
    due === undefined ? 'with the next release' : describeDate(due),
  ];
}

function renderReview(updates: readonly StreamUpdate[], { approvals }: Deadline): string[] {
  const released = updates.some(({ release }) => release !== undefined);
  const told = updates.some(({ fixes }) => fixes.length > 0)
    ? ', and tells the users of each advisory below'
    : '';
  return [
    '**What a reviewer does**',
    '',
    '1. Waits for the check `aperiodic preview`: it builds and boots what a merge would release, and says so in a comment.',
    '2. Reads what changes below: packages that nobody expects, removals, sizes beyond the limits.',
    released
      ? `3. Approves and merges. The merge builds again, compares and releases${told}.`
      : '3. Approves and merges. No new release comes of it: main has one of this content.',
    `4. Or closes it and leaves the branch: then it comes back when there are newer packages.${approvals === 2 ? ' Two people approve this one.' : ''}`,
    '',
  ];
}

function renderStream({ before, after, fixes, notAffected }: StreamUpdate, lines: number): string {
  const shown = fixes.slice(0, lines);
  const rest = fixes.length - shown.length;
  const stated = notAffected.slice(0, lines);
  const others = notAffected.length - stated.length;
  return [
    `#### ${codeSpan(after.id)}`,
    '',
    ...shown.map(renderFix),
    ...(rest > 0 ? [`- and ${rest} more: see the release file`] : []),
    ...stated.map(renderStated),
    ...(others > 0 ? [`- and ${others} more that are stated not to affect it`] : []),
    '',
    ...after.pins.flatMap((pins) => [
      `**${codeSpan(pins.architecture)}**`,
      '',
      renderPackages(previewPackages(of(before.pins, pins), pins), lines),
    ]),
  ].join('\n');
}

/** No reason for this update: the statement is. */
function renderStated({ finding: { advisory, notAffected = [] } }: JudgedFix): string {
  return `- ${codeSpan(advisory.id)}: ${describeStated(notAffected).map(codeSpan).join(', ')}`;
}

function renderFix({ released, verdict }: Fix): string {
  const { advisory, feed, severity, title, cves, cvss, packages, due, rule } = released;
  const score = cvss === undefined ? '' : `, CVSS ${cvss.score}`;
  const when = due === undefined ? 'with the next release' : `due ${describeDate(due)}`;
  const summary = `${codeSpan(advisory)} (${severity}${score}), ${when}: ${codeSpan(title)}`;
  const names = packages.map(({ name, from, to }) => codeSpan(`${name} ${from} → ${to}`));
  const facts = [
    ...(cves.length === 0
      ? []
      : [
          `- ${cves.slice(0, 20).map(codeSpan).join(', ')}${cves.length > 20 ? ` and ${cves.length - 20} more` : ''}`,
        ]),
    `- ${[...new Set(names)].slice(0, 20).join(', ')}${names.length > 20 ? ' and more' : ''}`,
    `- feed ${codeSpan(feed)}, rule ${codeSpan(rule)}`,
    ...verdict.because.map((line) => `- ${codeSpan(line)}`),
  ];
  return `- ${summary}\n${details('why', `\n${facts.join('\n')}\n`)}`;
}
