/** The releases and records of one stream: what may be recorded and pointed to depends on nothing else. */
import { Problems } from './load-file.ts';
import { loadReleases } from './load-releases.ts';
import type { FolderNames } from './load-stream.ts';
import { type StreamState, streamFolder } from './streams.ts';
import type { Tree } from './tree.ts';
import { parseVersion } from './version.ts';

/** The file of a release, or of its record. */
const versionFile = /^(\d{8}\.\d{1,4})(\.published)?\.yaml$/;

/** A state without kickstart, pins and content. Its problems are those of the files that were read. */
export async function loadReleasesOf(id: string, tree: Tree): Promise<StreamState> {
  const names: FolderNames = { pins: [], releases: [], records: [] };
  for (const path of await tree.list(streamFolder(id))) {
    const [, version = '', published] = versionFile.exec(path.slice(streamFolder(id).length + 1)) ?? [];
    if (parseVersion(version) !== undefined)
      names[published === undefined ? 'releases' : 'records'].push(version);
  }
  const problems = new Problems();
  const releases = await loadReleases(tree, id, names, problems);
  const empty = { stream: undefined, kickstart: undefined, request: undefined, content: undefined };
  return { ...empty, id, pins: [], releases, versions: [], problems: problems.list };
}
