/** Merges a pull request of ours once its checks have passed. */

import { checkName, listCheckRuns } from './check-run.ts';
import { calling, type GithubClient } from './client.ts';
import type { GithubRepository } from './context.ts';

/**
 * Those that docs/github/ruleset-main.json asks for. An App that may pass the rules has to look for itself, so GitHub's own
 * auto-merge is not used: it waits for an approval that nobody is to give.
 */
export const wantedChecks: readonly string[] = [checkName, 'Lint and test'];

/** What makes check runs of workflows, and of nobody else. */
const actions = 'github-actions';

/**
 * @param head the commit that was looked at: another is not merged
 * @returns why it was not merged; undefined when it was
 */
export async function mergePull(
  client: GithubClient,
  repository: GithubRepository,
  number: number,
  head: string,
): Promise<string | undefined> {
  for (const name of wantedChecks) {
    const found = await listCheckRuns(client, repository, head, name);
    const runs = found.filter((run) => run.app?.slug === actions);
    if (runs.length === 0 || runs.some(({ conclusion }) => conclusion === null))
      return `the check '${name}' has not ended`;
    if (!runs.every(({ conclusion }) => conclusion === 'success')) return `the check '${name}' has failed`;
  }
  await calling(`merge pull request ${number}`, async () =>
    client.request('PUT /repos/{owner}/{repo}/pulls/{pull_number}/merge', {
      ...repository,
      pull_number: number,
      sha: head,
      merge_method: 'merge',
    }),
  );
  return undefined;
}
