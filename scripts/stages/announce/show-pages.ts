/**
 * Keeps the pages of a stream's recorded releases at a forge that has such pages. They follow from the main branch alone. Safe
 * to run twice: a page that is right is not written.
 */
import { loadReleasesOf } from '../../model/load-releases-of.ts';
import { listNotices } from '../../model/notices/notice.ts';
import { streamPath } from '../../model/streams.ts';
import type { Tree } from '../../model/tree.ts';
import { compareVersions } from '../../model/version.ts';
import { parseYaml } from '../../model/yaml.ts';
import type { ReleasePage } from '../../ports/release-pages.ts';
import type { Ports } from '../../ports.ts';
import { renderReleasePage } from '../../render/release-page.ts';

/** @throws AperiodicError of the first page that failed; those of older releases are left to the next run */
export async function showPages(
  stream: string,
  { forge, log, releasePages }: Pick<Ports, 'forge' | 'log' | 'releasePages'>,
  newest?: Tree,
): Promise<void> {
  if (releasePages === undefined) return;
  for (const page of await findPages(stream, newest ?? (await forge.head()))) {
    const done = await releasePages.keep(page);
    if (done !== 'unchanged') log.info(`${stream}: ${done} the page of ${page.tag}`);
  }
}

/** Newest first. None where targets.yaml has no `notices`, and none of versions from before they began. */
async function findPages(stream: string, tree: Tree): Promise<ReleasePage[]> {
  const file = 'releases/targets.yaml';
  const { notices: settings } = parseYaml('Targets', (await tree.read(file)) ?? '', file);
  const about = await tree.read(streamPath(stream));
  if (settings === undefined || about === undefined) return [];
  const state = await loadReleasesOf(stream, tree);
  const [problem] = state.problems;
  if (problem !== undefined) throw problem;
  const image = parseYaml('Stream', about, streamPath(stream));
  const all = listNotices(settings, image, state);
  const { since = '' } = settings;
  const newestFirst = [...state.releases].sort((a, b) =>
    compareVersions(b.release.version, a.release.version),
  );
  return newestFirst.flatMap(({ release, record }) => {
    if (record === undefined || record.version.slice(0, 8) < since) return [];
    const notices = all.filter((notice) => notice.release.version === record.version);
    return [renderReleasePage({ image, release, record, notices }, settings)];
  });
}
