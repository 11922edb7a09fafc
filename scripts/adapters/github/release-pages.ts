/**
 * Releases of GitHub as pages of ours. Safe to run twice: a page is known by its tag, and what says so already is not written.
 *
 * None is ever marked as the latest of the repository, which has releases of many streams. The tag is on a commit that wrote a record
 * and nothing else: GitHub wants more than the right to write contents for one that changes workflows.
 */
import { AperiodicError } from '../../model/errors.ts';
import type { ReleasePage, ReleasePages } from '../../ports/release-pages.ts';
import { calling, type GithubClient } from './client.ts';
import type { GithubRepository } from './context.ts';
import { classify } from './errors.ts';

interface Found {
  id: number;
  title: string;
  body: string;
  prerelease: boolean;
}

/** Pages are looked through up to here, 100 at a time: GitHub lists no more. What is not among them is asked for one by one. */
const most = 100;

export interface PagesOptions {
  client: GithubClient;
  repository: GithubRepository;
  /** The main branch. */
  branch: string;
}

/** What is there is listed once, when it is asked for first: a run has pages of many streams. */
export function createGithubReleasePages({ client, repository, branch }: PagesOptions): ReleasePages {
  let listed: Map<string, Found> | undefined;
  return {
    keep: async (page) => {
      listed ??= await listPages(client, repository);
      const found = listed.get(page.tag) ?? (await findPage(client, repository, page.tag));
      if (found !== undefined && isRight(found, page)) return 'unchanged';
      const written =
        found === undefined
          ? await createPage(client, repository, page, await findCommit(client, repository, branch, page))
          : await updatePage(client, repository, page, found.id);
      listed.set(page.tag, written);
      return found === undefined ? 'created' : 'updated';
    },
  };
}

function isRight({ title, body, prerelease }: Found, page: ReleasePage): boolean {
  return title === page.title && body === page.body && prerelease === page.withdrawn;
}

interface Answer {
  id: number;
  name: string | null;
  body?: string | null;
  prerelease: boolean;
}

/** GitHub may send a body back with other line ends than it was given. */
function readPage({ id, name, body, prerelease }: Answer): Found {
  return { id, title: name ?? '', body: (body ?? '').replaceAll('\r\n', '\n'), prerelease };
}

/** Drafts are somebody's work, and have no tag yet. */
async function listPages(client: GithubClient, repository: GithubRepository): Promise<Map<string, Found>> {
  let left = most;
  const found = await calling('list releases', async () =>
    client.paginate(
      'GET /repos/{owner}/{repo}/releases',
      { ...repository, per_page: 100 },
      ({ data }, done) => {
        if (--left === 0) done();
        return data.flatMap((one) => (one.draft ? [] : [[one.tag_name, readPage(one)] as const]));
      },
    ),
  );
  return new Map(found);
}

async function findPage(
  client: GithubClient,
  repository: GithubRepository,
  tag: string,
): Promise<Found | undefined> {
  return await calling(`look for the release ${tag}`, async () => {
    try {
      const { data } = await client.request('GET /repos/{owner}/{repo}/releases/tags/{tag}', {
        ...repository,
        tag,
      });
      return readPage(data);
    } catch (error) {
      if (classify(error) === 'not-found') return undefined;
      throw error;
    }
  });
}

async function findCommit(
  client: GithubClient,
  repository: GithubRepository,
  branch: string,
  { file }: ReleasePage,
): Promise<string> {
  const { data } = await calling(`find the commit of ${file}`, async () =>
    client.request('GET /repos/{owner}/{repo}/commits', {
      ...repository,
      sha: branch,
      path: file,
      per_page: 1,
    }),
  );
  const [newest] = data;
  if (newest !== undefined) return newest.sha;
  throw new AperiodicError('not-found', `no commit of ${branch} wrote it: run again`, { file });
}

async function createPage(
  client: GithubClient,
  repository: GithubRepository,
  page: ReleasePage,
  commit: string,
): Promise<Found> {
  const { data } = await calling(`make the release ${page.tag}`, async () =>
    client.request('POST /repos/{owner}/{repo}/releases', {
      ...repository,
      tag_name: page.tag,
      target_commitish: commit,
      ...contentOf(page),
    }),
  );
  return readPage(data);
}

async function updatePage(
  client: GithubClient,
  repository: GithubRepository,
  page: ReleasePage,
  id: number,
): Promise<Found> {
  const { data } = await calling(`write the release ${page.tag} anew`, async () =>
    client.request('PATCH /repos/{owner}/{repo}/releases/{release_id}', {
      ...repository,
      release_id: id,
      ...contentOf(page),
    }),
  );
  return readPage(data);
}

function contentOf({ title, body, withdrawn }: ReleasePage) {
  return { name: title, body, draft: false, prerelease: withdrawn, make_latest: 'false' as const };
}
