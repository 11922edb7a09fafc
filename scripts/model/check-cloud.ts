/** Rules about AWS that schemas cannot say, for each file that speaks of it. Each problem has file and line. */
import { heldImages, keyOf } from './cloud.ts';
import type { LoadedFile, Problems } from './load-file.ts';
import type { StreamState } from './streams.ts';
import type { PublishedRecord, Release, Stream, Targets } from './types.generated.ts';
import { locator } from './yaml.ts';

/** releases/targets.yaml: no region twice, home among the required ones. False when something was wrong. */
export function checkTargetsCloud(file: LoadedFile<Targets>, problems: Problems): boolean {
  const { aws } = file.value;
  if (aws === undefined) return true;
  const before = problems.list.length;
  const lineOf = locator(file.text);
  const ids = aws.regions.map(({ id }) => id);
  for (const [index, id] of ids.entries()) {
    if (ids.indexOf(id) < index)
      problems.add(file.path, lineOf(['aws', 'regions', index, 'id']), `region '${id}' is named twice`);
  }
  const home = aws.regions.find(({ id }) => id === aws.home);
  if (home === undefined || home.bestEffort === true) {
    const what = home === undefined ? "is not among 'regions'" : "is one of 'bestEffort'";
    const text = `'home' is ${aws.home}, which ${what}: images are uploaded there, so it must be a required region`;
    problems.add(file.path, lineOf(['aws', 'home']), text);
  }
  return problems.list.length === before;
}

/** stream.yaml: AMIs are deprecated before they are gone. */
export function checkStreamCloud({ path, text, value }: LoadedFile<Stream>, problems: Problems): void {
  const retention = value.aws?.retention;
  if (retention === undefined || retention.removeAfterDays > retention.deprecateAfterDays) return;
  const line = locator(text)(['aws', 'retention', 'removeAfterDays']);
  const words = `'removeAfterDays' must be more than 'deprecateAfterDays' (${retention.deprecateAfterDays}): users are told before an image goes`;
  problems.add(path, line, words);
}

/** A release file: home is one of its regions, and none is both required and best effort. */
export function checkReleaseCloud({ path, text, value }: LoadedFile<Release>, problems: Problems): boolean {
  const { aws } = value.targets;
  if (aws === undefined) return true;
  const before = problems.list.length;
  const lineOf = locator(text);
  if (!aws.regions.includes(aws.home)) {
    const words = `'home' is ${aws.home}, which is not among 'regions': images are uploaded there`;
    problems.add(path, lineOf(['targets', 'aws', 'home']), words);
  }
  for (const [index, region] of aws.bestEffort.entries()) {
    if (!aws.regions.includes(region)) continue;
    const words = `region '${region}' is in 'regions' already`;
    problems.add(path, lineOf(['targets', 'aws', 'bestEffort', index]), words);
  }
  return problems.list.length === before;
}

/** A record: one image for each architecture and region, and no architecture that the release lacks. */
export function checkRecordCloud(
  { path, text, value }: LoadedFile<PublishedRecord>,
  release: Release,
  problems: Problems,
): boolean {
  const before = problems.list.length;
  const lineOf = locator(text);
  const keys = (value.images ?? []).map(keyOf);
  for (const [index, { architecture, region }] of (value.images ?? []).entries()) {
    // The line is looked for when there is something to say: to know it, the text is parsed again.
    const add = (text: string) => problems.add(path, lineOf(['images', index]), text);
    if (!release.architectures.includes(architecture))
      add(`'${architecture}' is not an architecture of the release`);
    if (keys.indexOf(keys[index] ?? '') < index) add(`names a second image for ${architecture} in ${region}`);
  }
  return problems.list.length === before;
}

/** Whoever takes AWS out of releases/targets.yaml while images are there would leave them behind. */
export function checkImagesLookedAfter(
  file: LoadedFile<Targets> | undefined,
  streams: readonly StreamState[],
  problems: Problems,
): void {
  if (file === undefined || file.value.aws !== undefined) return;
  const left = streams.flatMap(({ id, releases }) =>
    releases
      .filter(({ record }) => heldImages(record).length > 0)
      .map(({ release }) => `${id} ${release.version}`),
  );
  if (left.length === 0) return;
  const text = `has no 'aws', but AMIs of ${left.join(', ')} are there: put it back, and withdraw the releases first`;
  problems.add(file.path, undefined, text);
}
