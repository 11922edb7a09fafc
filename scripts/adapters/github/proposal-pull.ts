/** The pull request of a branch of this repository. */
import { calling, type GithubClient } from './client.ts';
import type { GithubRepository } from './context.ts';

export interface ProposalPull {
  number: number;
  /** `bare`: the branch has moved on since it was closed, or it was merged. */
  state: 'open' | 'declined' | 'bare';
  title: string;
  body: string;
  labels: string[];
}

/** The open one, else the newest. */
export async function findProposalPull(
  client: GithubClient,
  repository: GithubRepository,
  branch: string,
  commit: string,
): Promise<ProposalPull | undefined> {
  const { data } = await calling('find the pull request of a branch', async () =>
    client.request('GET /repos/{owner}/{repo}/pulls', {
      ...repository,
      state: 'all',
      head: `${repository.owner}:${branch}`,
      sort: 'created',
      direction: 'desc',
      per_page: 100,
    }),
  );
  // A fork of the same owner would have the same label.
  const name = `${repository.owner}/${repository.repo}`.toLowerCase();
  const mine = data.filter(
    ({ head }) => head.ref === branch && (head.repo?.full_name ?? name).toLowerCase() === name,
  );
  const pull = mine.find(({ state }) => state === 'open') ?? mine.toSorted((a, b) => b.number - a.number)[0];
  if (pull === undefined) return undefined;
  const { number, title, body, labels, merged_at, head } = pull;
  const declined = merged_at === null && head.sha === commit;
  return {
    number,
    state: pull.state === 'open' ? 'open' : declined ? 'declined' : 'bare',
    title,
    body: body ?? '',
    labels: labels.flatMap(({ name: label }) => (label === undefined ? [] : [label])),
  };
}
