/** Reads the release files of a stream and their records. */
import { checkRecordCloud, checkReleaseCloud } from './check-cloud.ts';
import { type Problems, readYaml } from './load-file.ts';
import type { FolderNames } from './load-stream.ts';
import { type ReleaseState, recordPath, releasePath } from './streams.ts';
import type { Tree } from './tree.ts';
import type { PublishedRecord, Release } from './types.generated.ts';
import { compareVersions } from './version.ts';
import { locator } from './yaml.ts';

/** Oldest first. A release whose file or record cannot be read is left out, with a problem. */
export async function loadReleases(
  tree: Tree,
  stream: string,
  names: FolderNames,
  problems: Problems,
): Promise<ReleaseState[]> {
  const releases: ReleaseState[] = [];
  for (const version of [...names.releases].sort(compareVersions)) {
    const file = await readYaml(tree, 'Release', releasePath(stream, version), problems);
    if (file !== undefined && file.value.version !== version) {
      const text = `'version' is ${file.value.version}, but the file's name says ${version}`;
      problems.add(file.path, locator(file.text)(['version']), text);
      continue;
    }
    if (file !== undefined && !checkReleaseCloud(file, problems)) continue;
    const recorded = names.records.includes(version);
    const record = file && recorded ? await loadRecord(tree, stream, file.value, problems) : undefined;
    if (file === undefined || (recorded && record === undefined)) continue;
    releases.push({ path: file.path, text: file.text, release: file.value, record });
  }
  for (const version of names.records.filter((name) => !names.releases.includes(name))) {
    problems.add(recordPath(stream, version), undefined, `has no release file ${version}.yaml beside it`);
  }
  return releases;
}

async function loadRecord(
  tree: Tree,
  stream: string,
  release: Release,
  problems: Problems,
): Promise<PublishedRecord | undefined> {
  const file = await readYaml(tree, 'PublishedRecord', recordPath(stream, release.version), problems);
  if (file === undefined) return undefined;
  const lineOf = locator(file.text);
  const wanted: Pick<PublishedRecord, 'stream' | 'version' | 'content'> = {
    stream,
    version: release.version,
    content: release.content,
  };
  let agrees = true;
  for (const key of ['stream', 'version', 'content'] as const) {
    if (file.value[key] === wanted[key]) continue;
    agrees = false;
    const source = key === 'content' ? 'the release file' : "the file's path";
    problems.add(
      file.path,
      lineOf([key]),
      `'${key}' is ${file.value[key]}, but ${source} says ${wanted[key]}`,
    );
  }
  const recorded = file.value.architectures.map(({ architecture }) => architecture).sort();
  if (recorded.join() !== [...release.architectures].sort().join()) {
    agrees = false;
    const text = `'architectures' are [${recorded.join(', ')}], but the release file says [${release.architectures.join(', ')}]`;
    problems.add(file.path, lineOf(['architectures']), text);
  }
  return checkRecordCloud(file, release, problems) && agrees ? file.value : undefined;
}
