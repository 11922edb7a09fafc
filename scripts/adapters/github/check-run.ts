/** The check run of a preview, at the head of its pull request. */
import { calling, type GithubClient } from './client.ts';
import type { GithubRepository } from './context.ts';

export interface CheckWish {
  name: string;
  head: string;
  conclusion: 'success' | 'failure';
  title: string;
  summary: string;
  /** Details below the summary. */
  text?: string;
}

/** The newest check runs of this name at a commit, of whatever App. */
export async function listCheckRuns(
  client: GithubClient,
  repository: GithubRepository,
  head: string,
  name: string,
) {
  const { data } = await calling('list check runs', async () =>
    client.request('GET /repos/{owner}/{repo}/commits/{ref}/check-runs', {
      ...repository,
      ref: head,
      check_name: name,
      filter: 'latest',
    }),
  );
  return data.check_runs.filter((run) => run.name === name);
}

/** Safe to run twice: one that says the same already is left as it is. A check run of another App is not looked at. */
export async function upsertCheckRun(
  client: GithubClient,
  repository: GithubRepository,
  { name, head, conclusion, title, summary, text }: CheckWish,
): Promise<'created' | 'updated' | 'unchanged'> {
  const runs = await listCheckRuns(client, repository, head, name);
  const found = runs.find((run) => run.external_id === externalId);
  if (
    found?.conclusion === conclusion &&
    found.output.title === title &&
    found.output.summary === summary &&
    (found.output.text ?? undefined) === text
  )
    return 'unchanged';
  const result = {
    status: 'completed',
    conclusion,
    output: { title, summary, ...(text === undefined ? {} : { text }) },
  } as const;
  if (found === undefined) {
    await calling('make a check run', async () =>
      client.request('POST /repos/{owner}/{repo}/check-runs', {
        ...repository,
        name,
        head_sha: head,
        external_id: externalId,
        ...result,
      }),
    );
    return 'created';
  }
  await calling('update the check run', async () =>
    client.request('PATCH /repos/{owner}/{repo}/check-runs/{check_run_id}', {
      ...repository,
      check_run_id: found.id,
      ...result,
    }),
  );
  return 'updated';
}

/** How ours is known among others. */
export const externalId = 'aperiodic-preview';
export const checkName = 'aperiodic preview';
