/** What is wrong with the newest release file: for the check of a pull request, and before anything is built. */
import { knowsRegion, missingOwnRegions } from '../cloud.ts';
import { AperiodicError } from '../errors.ts';
import {
  findWithdrawal,
  liveReleases,
  missingMirrors,
  missingRegistries,
  newestLive,
  type ReleaseState,
  type StreamState,
} from '../streams.ts';
import type { Targets } from '../types.generated.ts';
import { compareVersions, dateOfVersion } from '../version.ts';
import { locate } from '../yaml.ts';

export interface ReviewOptions {
  targets: Targets;
  /**
   * The stream on the branch that a pull request goes to. A release file that is there with the same text is not of
   * the pull request: when its content is not the tree's, the merge mints a newer release, and that is no problem.
   */
  base?: StreamState | undefined;
  /** To refuse a version of the far future, which would date every later one. */
  now?: Date | undefined;
}

/**
 * Problems of the newest live release file while it has no record yet, each with file and line. Pins that do not fit are
 * among `stream.problems` already.
 */
export function reviewNewest(stream: StreamState, options: ReviewOptions): AperiodicError[] {
  const newest = newestLive(stream);
  if (newest === undefined || newest.record !== undefined || stream.content === undefined) return [];
  if (options.base?.releases.some(({ path, text }) => path === newest.path && text === newest.text))
    return [];
  const { release } = newest;
  const problems: AperiodicError[] = [];
  if (release.content !== stream.content) {
    const text = `is not the digest of what the tree holds now: write ${stream.content}`;
    problems.push(problemAt(newest, ['content'], `'content' ${text}`));
  }
  const day = 86_400_000;
  if (options.now !== undefined && dateOfVersion(release.version).getTime() > options.now.getTime() + day) {
    const text = `version ${release.version} is dated in the future, and every later version would have to follow it`;
    problems.push(problemAt(newest, ['version'], text));
  }
  const withdrawal = findWithdrawal(stream, release.content)?.release.version;
  if (withdrawal !== undefined && compareVersions(withdrawal, release.version) > 0) {
    const text = `version ${release.version} is older than ${withdrawal}, with which this content was withdrawn: choose a newer version`;
    return [...problems, problemAt(newest, ['version'], text)];
  }
  return [...problems, ...findReleaseProblems(stream, newest, options.targets)];
}

/** Why the newest live release cannot be built, or finished, from the tree as its file asks. */
export function findReleaseProblems(
  stream: StreamState,
  newest: ReleaseState,
  targets: Targets,
): AperiodicError[] {
  const { release } = newest;
  const problems: AperiodicError[] = [];
  const compare = (key: 'architectures' | 'formats') => {
    const wanted = stream.stream?.[key] ?? [];
    if ([...wanted].sort().join() === [...release[key]].sort().join()) return;
    problems.push(problemAt(newest, [key], `'${key}' must be those of stream.yaml: [${wanted.join(', ')}]`));
  };
  compare('architectures');
  compare('formats');
  const known = new Set(targets.mirrors.map(({ id }) => id));
  for (const id of missingMirrors(release.targets.mirrors, newest.record)) {
    if (known.has(id)) continue;
    const at = release.targets.mirrors.indexOf(id);
    const text = `mirror '${id}' is not in releases/targets.yaml: add it there, or take it out here`;
    problems.push(problemAt(newest, ['targets', 'mirrors', at], text));
  }
  const registries = new Set(targets.registries?.map(({ id }) => id));
  for (const id of missingRegistries(release.targets.registries, newest.record)) {
    if (registries.has(id)) continue;
    const at = release.targets.registries?.indexOf(id) ?? 0;
    const text = `registry '${id}' is not in releases/targets.yaml: add it there, or take it out here`;
    problems.push(problemAt(newest, ['targets', 'registries', at], text));
  }
  problems.push(...findRegionProblems(stream, newest, targets));
  const repeated = findRepeated(stream, newest);
  if (repeated !== undefined) {
    const text = `${repeated}: say why it is built again with 'rebuild: REASON', or remove this file`;
    problems.push(problemAt(newest, ['content'], text));
  }
  return problems;
}

function findRegionProblems(stream: StreamState, newest: ReleaseState, targets: Targets): AperiodicError[] {
  const { aws } = newest.release.targets;
  if (aws === undefined) return [];
  const missing = missingOwnRegions(newest.release, newest.record);
  if (missing.length === 0) return [];
  if (stream.stream?.aws === undefined) {
    const text = "asks for AMIs, but stream.yaml has no 'aws': add it there, or take this out";
    return [problemAt(newest, ['targets', 'aws'], text)];
  }
  return missing
    .filter((region) => !knowsRegion(targets.aws, region))
    .map((region) => {
      const text = `region '${region}' is not in releases/targets.yaml: add it there, or take it out here`;
      return problemAt(newest, ['targets', 'aws', 'regions', aws.regions.indexOf(region)], text);
    });
}

/**
 * Building a digest twice needs a reason. That there was other content in between (a revert) is one, `rebuild` is one,
 * and a release that is recorded needs none any more.
 */
function findRepeated(stream: StreamState, newest: ReleaseState): string | undefined {
  const { content, rebuild, version } = newest.release;
  if (newest.record !== undefined || rebuild !== undefined) return undefined;
  const withdrawal = findWithdrawal(stream, content)?.release;
  if (withdrawal !== undefined) return `this content was withdrawn with ${withdrawal.version}`;
  const previous = liveReleases(stream)[1]?.release;
  return previous?.content === content ? `${version} asks for the content of ${previous.version}` : undefined;
}

function problemAt({ path, text }: ReleaseState, at: (string | number)[], message: string): AperiodicError {
  return new AperiodicError('invalid', message, { file: path, line: locate(text, at) });
}
