/** Issues of ours, one for each marker. Safe to run twice: what is said already is not said again. */
import { calling, type GithubClient } from './client.ts';
import type { GithubRepository } from './context.ts';

export interface IssueWish {
  /** First line of the body. */
  marker: string;
  title: string;
  /** Or what makes it of the issue's body as it is now, so that it can remember; undefined when there is no issue. */
  body: string | ((now: string | undefined) => string);
}

export interface IssuesWish {
  /** Our login: an issue of somebody else that begins like ours is not ours. */
  author: string;
  /** What markers of this kind begin with. Open issues of the kind that nobody wishes any more are closed. */
  prefix: string;
  issues: readonly IssueWish[];
  /** Markers of issues that stay open though nobody wishes them. */
  kept?: readonly string[];
}

export interface IssueResult {
  marker: string;
  number: number;
  done: 'created' | 'updated' | 'unchanged' | 'closed';
  /** As it is now; undefined when the issue was closed. */
  body?: string;
}

/** Open issues are looked through up to here, 100 a page. */
const pages = 50;

interface Found {
  number: number;
  title: string;
  body: string;
  marker: string;
}

/**
 * Opens, updates and closes. Of several open issues with one marker the oldest stays and the others are closed: two runs at
 * once may each have made one.
 */
export async function tendIssues(
  client: GithubClient,
  repository: GithubRepository,
  { author, prefix, issues, kept: left = [] }: IssuesWish,
): Promise<IssueResult[]> {
  const found = await findOurs(client, repository, author, prefix);
  const results: IssueResult[] = [];
  const kept = new Set<number>();
  for (const wish of issues) {
    const ours = found.find(({ marker }) => marker === wish.marker);
    if (ours !== undefined) kept.add(ours.number);
    results.push({ marker: wish.marker, ...(await tendIssue(client, repository, wish, ours)) });
  }
  const wished = new Set(issues.map(({ marker }) => marker));
  const open = (one: Found) => kept.has(one.number) || (!wished.has(one.marker) && left.includes(one.marker));
  for (const { number, marker } of found.filter((one) => !open(one))) {
    await updateIssue(client, repository, number, { state: 'closed', state_reason: 'completed' });
    results.push({ marker, number, done: 'closed' });
  }
  return results;
}

async function tendIssue(
  client: GithubClient,
  repository: GithubRepository,
  { title, body: wanted }: IssueWish,
  ours: Found | undefined,
): Promise<Pick<IssueResult, 'number' | 'done' | 'body'>> {
  const body = typeof wanted === 'string' ? wanted : wanted(ours?.body);
  if (ours === undefined) {
    const { data } = await calling('open an issue', async () =>
      client.request('POST /repos/{owner}/{repo}/issues', { ...repository, title, body }),
    );
    return { number: data.number, done: 'created', body };
  }
  if (ours.title === title && ours.body === body) return { number: ours.number, done: 'unchanged', body };
  await updateIssue(client, repository, ours.number, { title, body });
  return { number: ours.number, done: 'updated', body };
}

export async function updateIssue(
  client: GithubClient,
  repository: GithubRepository,
  number: number,
  change: { title?: string; body: string } | { state: 'closed'; state_reason: 'completed' },
): Promise<void> {
  await calling(`update issue ${number}`, async () =>
    client.request('PATCH /repos/{owner}/{repo}/issues/{issue_number}', {
      ...repository,
      issue_number: number,
      ...change,
    }),
  );
}

/** Oldest first. GitHub may send a body back with other line ends than it was given. */
async function findOurs(
  client: GithubClient,
  repository: GithubRepository,
  author: string,
  prefix: string,
): Promise<Found[]> {
  let left = pages;
  const found = await calling('list issues', async () =>
    client.paginate(
      'GET /repos/{owner}/{repo}/issues',
      { ...repository, state: 'open', creator: author, sort: 'created', direction: 'asc', per_page: 100 },
      ({ data }, done) => {
        if (--left === 0) done();
        return data.flatMap(({ number, title, body, user, pull_request }) => {
          const text = (body ?? '').replaceAll('\r\n', '\n');
          const ours = user?.login === author && pull_request === undefined && text.startsWith(prefix);
          const [marker = ''] = text.split('\n', 1);
          return ours ? [{ number, title, body: text, marker }] : [];
        });
      },
    ),
  );
  return found;
}
