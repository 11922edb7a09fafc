/**
 * What a pull request would bring about, as data for those who review it: made without any right, posted by others. Lists
 * are cut to what the schema takes.
 */
import type { Side, StreamChange } from './changes.ts';
import type { AperiodicError } from './errors.ts';
import { diffLines } from './preview/diff.ts';
import { previewImage } from './preview/image.ts';
import { previewMade } from './preview/made.ts';
import { previewPackages } from './preview/packages.ts';
import { previewQa } from './preview/qa.ts';
import { assertValid } from './schema.ts';
import { findStream, liveReleases, type ReleaseState, type StreamState } from './streams.ts';
import type {
  Architecture,
  Built,
  Preview,
  PreviewArchitecture,
  PreviewStream,
  QaReport,
} from './types.generated.ts';
import { renderYaml } from './yaml.ts';

/** What stages made, by `<stream> <architecture>`. */
export interface Evidence {
  built: ReadonlyMap<string, Built>;
  qa: ReadonlyMap<string, QaReport>;
}

export function evidenceKey(stream: string, architecture: string): string {
  return `${stream} ${architecture}`;
}

export interface PreviewWish {
  pull: number | undefined;
  base: string;
  /** Of the pull request. */
  head: string;
  changes: readonly StreamChange[];
  problems: readonly AperiodicError[];
  before: Side;
  after: Side;
  evidence: Evidence;
}

export function makePreview(wish: PreviewWish): Preview {
  const { pull, base, head, changes, problems } = wish;
  return assertValid('Preview', {
    ...(pull === undefined ? {} : { pull }),
    base,
    head,
    streams: changes.slice(0, 100).map((change) => previewStream(change, wish)),
    problems: problems.slice(0, 50).map(({ message, file, line }) => ({
      message: clip(message, 2000),
      ...(file === undefined ? {} : { file: clip(file) }),
      ...(line === undefined ? {} : { line }),
    })),
    problemCount: problems.length,
  });
}

/** Cut to what the schema takes, in characters. */
function clip(text: string, most = 1000): string {
  const characters = [...text];
  return characters.length <= most ? text : `${characters.slice(0, most - 3).join('')}...`;
}

function previewStream(change: StreamChange, { before, after, evidence }: PreviewWish): PreviewStream {
  const { stream: id, kind, plan } = change;
  const old = findStream(before.repository, id);
  const now = findStream(after.repository, id);
  const last = old === undefined ? undefined : liveReleases(old).find(({ record }) => record !== undefined);
  const action = plan?.action;
  const version = action !== undefined && 'release' in action ? action.release.version : undefined;
  const kickstart = diffLines(kickstartOf(old), kickstartOf(now));
  const settings = diffLines(settingsOf(old), settingsOf(now));
  return {
    stream: id,
    kind,
    action: action?.kind ?? 'gone',
    ...(version === undefined ? {} : { version }),
    ...(last === undefined ? {} : { last: last.release.version }),
    why: clip(plan?.why ?? 'the stream is removed'),
    reasons: change.reasons.slice(0, 50).map((reason) => clip(reason)),
    ...(now?.stream === undefined ? {} : { limits: now.stream.limits }),
    ...(kickstart === undefined ? {} : { kickstart }),
    ...(settings === undefined ? {} : { settings }),
    architectures: change.architectures
      .slice(0, 4)
      .map((architecture) => previewArchitecture(id, architecture, { old, now, last, evidence })),
  };
}

function previewArchitecture(
  id: string,
  architecture: Architecture,
  {
    old,
    now,
    last,
    evidence,
  }: {
    old: StreamState | undefined;
    now: StreamState | undefined;
    last: ReleaseState | undefined;
    evidence: Evidence;
  },
): PreviewArchitecture {
  const pinsOf = (stream: StreamState | undefined) =>
    stream?.pins.find((pins) => pins.architecture === architecture);
  // What was made of other content says nothing about this one.
  const found = evidence.built.get(evidenceKey(id, architecture));
  const built = found !== undefined && found.job.content === now?.content ? found : undefined;
  const report = built === undefined ? undefined : evidence.qa.get(evidenceKey(id, architecture));
  const recorded = last?.record?.architectures.find((one) => one.architecture === architecture);
  const pins = pinsOf(now);
  const version = last?.release.version;
  const made = built === undefined ? undefined : previewMade(built, report, recorded, version);
  return {
    architecture,
    ...(pins === undefined ? {} : { packages: previewPackages(pinsOf(old), pins) }),
    ...(built === undefined ? {} : { image: previewImage(built, report, recorded) }),
    ...(report === undefined ? {} : { qa: previewQa(report) }),
    ...(made === undefined ? {} : { made }),
  };
}

function kickstartOf(stream: StreamState | undefined): string[] {
  const others = Object.values(stream?.kickstarts ?? {});
  return [...(stream?.kickstart ?? []), ...others.flat()].map(({ text }) => text);
}

function settingsOf(stream: StreamState | undefined): string[] {
  return stream?.stream === undefined ? [] : renderYaml(stream.stream).trimEnd().split('\n');
}
