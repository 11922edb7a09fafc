/** The update of one stream: what main would get, and why. Pure. */
import { AperiodicError } from '../errors.ts';
import { compareText } from '../order.ts';
import { describeRequestChange } from '../pins.ts';
import { reviewNewest } from '../plan/review.ts';
import { planStream } from '../plan.ts';
import { makeRelease } from '../release.ts';
import { newestLive, type Repository, releasePath, type StreamState } from '../streams.ts';
import type { Release, ReleasedFix, Targets } from '../types.generated.ts';
import { compareVersions, nextVersion } from '../version.ts';
import { makeFix, type Remembered } from './fixes.ts';
import type { JudgedFix } from './judged.ts';
import { countChanges } from './packages.ts';

export interface StreamUpdate {
  before: StreamState;
  after: StreamState;
  fixes: Fix[];
  /** Advisories that the new pins leave behind, and that are stated not to affect the stream: no reason for anything. */
  notAffected: JudgedFix[];
  /** Undefined when the newest live release has this content: then new pins are all there is to merge. */
  release: Release | undefined;
}

export interface Fix extends JudgedFix {
  released: ReleasedFix;
}

export interface Now {
  date: Date;
  /** `date` as files have it. */
  text: string;
}

/**
 * Whether new pins make another image, or repair pins that do not fit their kickstart. The same packages from elsewhere
 * make none.
 */
export function isChanged(before: StreamState, after: StreamState): boolean {
  return before.content !== after.content || before.problems.length > 0;
}

/**
 * @param main the repository without the new pins
 * @param after the stream with them, sound
 * @param renderRelease gives the text of a release file
 * @throws AperiodicError `invalid` when the plan of main would not build it: the content was withdrawn before
 */
export function makeUpdate(
  main: Repository & { targets: Targets },
  { before, after }: Pick<StreamUpdate, 'before' | 'after'>,
  judged: readonly JudgedFix[],
  { remembered, now, mergedAt, renderRelease }: UpdateContext,
): StreamUpdate {
  const isStated = ({ finding }: JudgedFix) => finding.notAffected !== undefined;
  const notAffected = judged.filter(isStated);
  const fixes = judged
    .filter((fix) => !isStated(fix))
    .map((fix) => ({ ...fix, released: makeFix(fix, remembered, now.text) }))
    .sort(compareFixes);
  if (newestLive(after)?.release.content === after.content)
    return { before, after, fixes, notAffected, release: undefined };
  const version = chooseVersion(main, before, { remembered, now, mergedAt });
  const reason = describeReason(before, after, fixes);
  const release = makeRelease(after, main.targets, {
    version,
    reason,
    fixes: fixes.map(({ released }) => released),
  });
  const added = { path: releasePath(after.id, version), text: renderRelease(release), release };
  const proposed = { ...after, releases: [...after.releases, { ...added, record: undefined }] };
  const [flaw] = reviewNewest(proposed, { targets: main.targets });
  // Its line is one of a file that nobody sees.
  if (flaw !== undefined) throw new AperiodicError('invalid', flaw.message, { file: after.id, cause: flaw });
  return { before, after, fixes, notAffected, release };
}

export interface UpdateContext {
  remembered: Remembered | undefined;
  now: Now;
  /** Date of main's head. */
  mergedAt: Date;
  renderRelease(release: Release): string;
}

/** That of the open proposal while it is still the next one; never one that main is about to mint. */
function chooseVersion(
  main: Repository,
  stream: StreamState,
  { remembered, now, mergedAt }: Pick<UpdateContext, 'remembered' | 'now' | 'mergedAt'>,
): string {
  const { action } = planStream(main, stream, { mergedAt });
  const taken = [...stream.versions, ...(action.kind === 'mint' ? [action.release.version] : [])];
  const kept = remembered?.release?.version;
  if (kept !== undefined && taken.every((version) => compareVersions(kept, version) > 0)) return kept;
  return nextVersion(now.date, taken);
}

const mostNamed = 10;

/** One line for readers of the release file. */
function describeReason(before: StreamState, after: StreamState, fixes: readonly Fix[]): string {
  if (fixes.length > 0) {
    const names = [...new Set(fixes.map(({ released }) => released.advisory))];
    const more = names.length > mostNamed ? ` and ${names.length - mostNamed} more` : '';
    return `Security update: ${names.slice(0, mostNamed).join(', ')}${more}`.slice(0, 500);
  }
  const asked = after.pins.some((pins) => {
    const old = before.pins.find(({ architecture }) => architecture === pins.architecture);
    return old === undefined || describeRequestChange(old.request, pins.request) !== undefined;
  });
  const count = countChanges(before.pins, after.pins);
  const packages = `${count} ${count === 1 ? 'package' : 'packages'}`;
  return asked || before.pins.length < after.pins.length
    ? `Packages for the kickstart as it is now: ${packages} differ`
    : `Update of ${packages}`;
}

const severities = ['critical', 'important', 'moderate', 'low', 'unknown'];

/** What is due first, then what is worst, then by name. */
function compareFixes({ released: a }: Fix, { released: b }: Fix): number {
  return (
    compareText(a.due ?? '~', b.due ?? '~') ||
    severities.indexOf(a.severity) - severities.indexOf(b.severity) ||
    compareText(a.advisory, b.advisory) ||
    compareText(a.feed, b.feed)
  );
}
