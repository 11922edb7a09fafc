/** A proposed update as a pull request: title, body, labels and files. */
import { createHash } from 'node:crypto';
import { pinsPath, releasePath } from '../model/streams.ts';
import { dueLabel, urgencyLabels } from '../model/update/names.ts';
import { countChanges } from '../model/update/packages.ts';
import type { StreamUpdate } from '../model/update/update.ts';
import type { Deadline } from '../model/update/urgency.ts';
import { plainLine } from './markdown.ts';
import { renderPins } from './pins.ts';
import { renderRelease } from './release.ts';
import { renderBody } from './update/body.ts';
import { describeDate } from './update/words.ts';

export interface RenderedUpdate {
  files: { path: string; content: string }[];
  title: string;
  body: string;
  labels: string[];
  /** Of all that decides: a proposal that has it needs no edit. It is in the body. */
  digest: string;
}

/** @param name of the group; undefined for a stream by itself */
export function renderUpdate(
  name: string | undefined,
  updates: readonly StreamUpdate[],
  deadline: Deadline,
): RenderedUpdate {
  const files = updates.flatMap(renderFiles);
  const title = renderTitle(name, updates, deadline);
  const labels = [urgencyLabels[deadline.urgency], ...(deadline.regular === undefined ? [] : [dueLabel])];
  const verdicts = updates.flatMap(({ fixes }) =>
    fixes.map(({ verdict: { stream, feed, advisory, rule, due, approvals } }) => [
      stream,
      feed,
      advisory,
      rule,
      due ?? '',
      approvals,
    ]),
  );
  const stated = updates.flatMap(({ notAffected }) => notAffected.map(({ verdict }) => verdict));
  const decided = JSON.stringify({
    files,
    title,
    labels,
    verdicts,
    approvals: deadline.approvals,
    ...(stated.length === 0 ? {} : { stated }),
  });
  const digest = createHash('sha256').update(decided).digest('hex');
  return { files, title, body: renderBody(updates, deadline, markerOf(digest)), labels, digest };
}

function markerOf(digest: string): string {
  return `<!-- aperiodic: update ${digest} -->`;
}

/** The digest that a body was rendered for; undefined when somebody took it out. */
export function digestOfBody(body: string): string | undefined {
  return /<!-- aperiodic: update ([0-9a-f]{64}) -->/.exec(body)?.[1];
}

/** Pins that main has already, to the letter, are left out. */
function renderFiles({ before, after, release }: StreamUpdate): { path: string; content: string }[] {
  const old = new Set(before.pins.map(renderPins));
  const pins = after.pins
    .map((one) => ({ path: pinsPath(after.id, one.architecture), content: renderPins(one) }))
    .filter(({ content }) => !old.has(content));
  if (release === undefined) return pins;
  return [...pins, { path: releasePath(after.id, release.version), content: renderRelease(release) }];
}

/** `Update debian-12/cloud-base: 2 security fixes, due 2026-11-26 12:00 UTC`. */
function renderTitle(
  name: string | undefined,
  updates: readonly StreamUpdate[],
  { due, regular }: Deadline,
): string {
  const [first] = updates;
  const subject =
    name === undefined
      ? (first?.after.id ?? '')
      : `${name} (${updates.length === 1 ? first?.after.id : `${updates.length} streams`})`;
  const advisories = new Set(
    updates.flatMap(({ fixes }) => fixes.map(({ released }) => `${released.feed} ${released.advisory}`)),
  );
  const packages = Math.max(0, ...updates.map(({ before, after }) => countChanges(before.pins, after.pins)));
  const what =
    advisories.size > 0
      ? count(advisories.size, 'security fix', 'security fixes')
      : count(packages, 'package', 'packages');
  const dated = due === undefined ? '' : `, due ${describeDate(due)}`;
  const cadence =
    regular === undefined
      ? ''
      : `, regular release due${regular === 'now' ? ' now' : ` since ${describeDate(regular)}`}`;
  return plainLine(`Update ${subject}: ${what}${dated}${cadence}`, 250);
}

function count(n: number, one: string, many: string): string {
  return `${n} ${n === 1 ? one : many}`;
}
