/** From a planned release to the values that its stages start with. */
import type { RegionsToReach } from './cloud.ts';
import { AperiodicError } from './errors.ts';
import { deprecationDate } from './plan/retention.ts';
import { liveReleases, type ReleaseState, type StreamState } from './streams.ts';
import type {
  Architecture,
  Candidate,
  CheckResult,
  CloudTargets,
  Compared,
  FiguresByCheck,
  Job,
  Launched,
  LaunchSettings,
  MirrorTarget,
  PreviousRelease,
  PublishedRecord,
  QaReport,
  Release,
} from './types.generated.ts';
import { compareVersions } from './version.ts';

/**
 * @param commit whose tree the stream was read from
 * @param launch how its AMI is to be launched, as releases/targets.yaml says
 * @throws AperiodicError `invalid` when the stream has no pins for the architecture
 */
export function makeJob(
  stream: StreamState,
  release: Release,
  architecture: Architecture,
  commit: string,
  launch?: LaunchSettings,
): Job {
  const pins = stream.pins.find((set) => set.architecture === architecture);
  const kickstart = stream.kickstarts?.[architecture] ?? stream.kickstart;
  if (stream.stream === undefined || kickstart === undefined || pins === undefined) {
    throw new AperiodicError(
      'invalid',
      `stream ${stream.id} has no kickstart or no pins for ${architecture}`,
    );
  }
  return {
    stream: stream.id,
    name: stream.stream.name,
    version: release.version,
    content: release.content,
    commit,
    architecture,
    payload: stream.stream.payload,
    formats: release.formats,
    limits: stream.stream.limits,
    ...(stream.stream.checks === undefined ? {} : { checks: stream.stream.checks }),
    ...(stream.stream.builder === undefined ? {} : { builder: stream.stream.builder }),
    kickstart,
    pins,
    targets: release.targets,
    ...previousOf(stream, release, architecture),
    ...(stream.stream.gates === undefined ? {} : { gates: stream.stream.gates }),
    ...(release.accept === undefined ? {} : { accepted: release.accept }),
    ...(launch === undefined ? {} : { launch }),
  };
}

/** What this release is compared with: withdrawn releases, later ones and those without the architecture are not. */
function previousOf(
  stream: StreamState,
  { version }: Release,
  architecture: Architecture,
): { previous?: PreviousRelease } {
  for (const { release, record } of liveReleases(stream)) {
    if (record === undefined || compareVersions(release.version, version) >= 0) continue;
    const found = record.architectures.find((part) => part.architecture === architecture);
    if (found === undefined) continue;
    const { raw, artifacts, packages, qa } = found;
    const { mirrors } = record;
    return {
      previous: { version: release.version, raw, artifacts, mirrors, packages, figures: figuresByCheck(qa) },
    };
  }
  return {};
}

/** In this order: a guest that got all checks says more than one that got a few. */
const places: readonly CheckResult['where'][] = ['image', 'bios', 'uefi', 'ec2', 'container'];

/** What checks measured, by their IDs; of one that ran in several places, the first in the order of `places`. */
export function figuresByCheck({ results }: QaReport): FiguresByCheck {
  const found: FiguresByCheck = {};
  for (const place of places) {
    for (const { id, where, figures } of results) {
      if (where === place && figures !== undefined) found[id] ??= figures;
    }
  }
  return found;
}

/**
 * @param targets the mirrors to bring it to
 * @param aws the regions to bring it to; left out when it makes no AMIs
 * @param registries ids of the registries to bring it to; none when it makes no containers
 */
export function makeCandidate(
  stream: StreamState,
  launched: readonly Launched[],
  targets: readonly MirrorTarget[],
  aws?: CloudTargets,
  registries: readonly string[] = [],
): Candidate {
  const [first] = launched;
  if (first === undefined)
    throw new AperiodicError('internal', 'a candidate needs at least one architecture');
  const { job } = first.tested.built;
  const other = launched.find(
    ({ tested: { built } }) => built.job.version !== job.version || built.job.stream !== job.stream,
  );
  if (other !== undefined) {
    throw new AperiodicError(
      'conflict',
      `values of ${job.stream} ${job.version} and of ${other.tested.built.job.stream} ${other.tested.built.job.version} were mixed`,
    );
  }
  assertComplete(stream, launched, job.version);
  return {
    stream: job.stream,
    version: job.version,
    content: job.content,
    commit: job.commit,
    targets: [...targets],
    retained: liveReleases(stream).map(({ release }) => release.version),
    ...(aws === undefined ? {} : { aws }),
    ...(registries.length === 0 ? {} : { registries: [...registries] }),
    architectures: [...launched],
  };
}

/** A job of CI that failed must not make a release that lacks its architecture. */
function assertComplete(stream: StreamState, launched: readonly Launched[], version: string): void {
  const wanted =
    stream.releases.find(({ release }) => release.version === version)?.release.architectures ?? [];
  const given = launched.map(({ tested }) => tested.built.job.architecture);
  const lacking = wanted.filter((architecture) => !given.includes(architecture));
  if (lacking.length === 0) return;
  throw new AperiodicError(
    'conflict',
    `${stream.id} ${version} lacks the value of ${lacking.join(', ')}: a release has all of its architectures`,
  );
}

/**
 * The regions that a release is brought to, and when its images there are deprecated; undefined when the stream makes no
 * AMIs. @param record of the release, when there is one
 */
export function makeCloudTargets(
  { stream }: StreamState,
  aws: RegionsToReach | undefined,
  version: string,
  now: Date,
  record?: PublishedRecord,
): CloudTargets | undefined {
  if (aws === undefined) return undefined;
  const { home, regions, bestEffort } = aws;
  const retention = stream?.aws?.retention;
  const deprecateAt =
    retention === undefined ? undefined : deprecationDate(version, retention, now, record?.deprecateAt);
  return { home, regions, bestEffort, ...(deprecateAt === undefined ? {} : { deprecateAt }) };
}

/**
 * What QA and the comparison said of a recorded release, as if its stages had just run: for reaching one more mirror without building.
 * Its artifacts are named by digest; whoever uses them has to bring them.
 */
export function recallTested(stream: StreamState, state: ReleaseState, record: PublishedRecord): Compared[] {
  return record.architectures.map(({ architecture, raw, artifacts, tools, qa, comparison, container }) => ({
    built: {
      job: makeJob(stream, state.release, architecture, record.commit),
      raw: { ...raw, uri: '' },
      artifacts: artifacts.map(({ name, format, sha256, size }) => ({
        name,
        format,
        file: { sha256, size, uri: formatArtifactUri(sha256, name) },
      })),
      tools,
      ...(container === undefined ? {} : { container }),
    },
    qa,
    ...(comparison === undefined ? {} : { comparison }),
  }));
}

/** How values name a file: by digest and name, wherever the Artifacts port keeps it. */
export function formatArtifactUri(sha256: string, name: string): string {
  return `artifact:${sha256}/${name}`;
}
