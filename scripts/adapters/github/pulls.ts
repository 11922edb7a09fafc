/** Which pull request a run was for, and what it changes, as GitHub says it. */
import { AperiodicError } from '../../model/errors.ts';
import type { GithubEvent } from '../../model/types.generated.ts';
import { calling, type GithubClient } from './client.ts';
import type { GithubRepository } from './context.ts';

export interface Pull {
  number: number;
  /** Newest commit of its branch. */
  head: string;
}

/**
 * Open pull requests whose newest commit is the one that the run was for. An event names none for forks, so the branch is
 * looked up. Empty when the branch has moved on or its pull request was closed.
 */
export async function findPullsOfRun(
  client: GithubClient,
  repository: GithubRepository,
  run: NonNullable<GithubEvent['workflow_run']>,
): Promise<Pull[]> {
  if (run.event !== 'pull_request')
    throw new AperiodicError('usage', `the run was started by ${run.event}, not by a pull request`);
  const { data } = await calling('find the pull request', async () =>
    client.request('GET /repos/{owner}/{repo}/pulls', {
      ...repository,
      state: 'open',
      head: `${run.head_repository.owner.login}:${run.head_branch}`,
      per_page: 100,
    }),
  );
  return data
    .map(({ number, head }) => ({ number, head: head.sha }))
    .filter(({ head }) => head === run.head_sha);
}

/** @throws AperiodicError `not-found` */
export async function readPull(
  client: GithubClient,
  repository: GithubRepository,
  number: number,
): Promise<Pull> {
  const { data } = await calling(`read pull request ${number}`, async () =>
    client.request('GET /repos/{owner}/{repo}/pulls/{pull_number}', { ...repository, pull_number: number }),
  );
  return { number, head: data.head.sha };
}

/**
 * Paths that a pull request changes; of a renamed file both. At most the 3,000 that GitHub lists:
 * https://docs.github.com/en/rest/pulls/pulls#list-pull-requests-files
 */
export async function listPullPaths(
  client: GithubClient,
  repository: GithubRepository,
  number: number,
): Promise<string[]> {
  return await calling(`list the files of pull request ${number}`, async () =>
    client.paginate(
      'GET /repos/{owner}/{repo}/pulls/{pull_number}/files',
      { ...repository, pull_number: number, per_page: 100 },
      ({ data }) =>
        data.flatMap(({ filename, previous_filename }) =>
          previous_filename === undefined ? [filename] : [filename, previous_filename],
        ),
    ),
  );
}
