/** One comment of ours on a pull request. */
import { calling, type GithubClient } from './client.ts';
import type { GithubRepository } from './context.ts';

export interface CommentWish {
  pull: number;
  /** Our login: a comment of somebody else that begins like ours is not ours. */
  author: string;
  /** First line of the body. */
  marker: string;
  body: string;
  /** Whether one is made where there is none; an old one is updated in any case. */
  create: boolean;
}

/** Comments are looked through up to here, 100 a page. */
const pages = 50;

/** Safe to run twice: the same body is not written again. */
export async function upsertComment(
  client: GithubClient,
  repository: GithubRepository,
  { pull, author, marker, body, create }: CommentWish,
): Promise<'created' | 'updated' | 'unchanged' | 'none'> {
  const found = await findOurs(client, repository, { pull, author, marker });
  if (found?.body === body) return 'unchanged';
  if (found !== undefined) {
    await calling('update the comment', async () =>
      client.request('PATCH /repos/{owner}/{repo}/issues/comments/{comment_id}', {
        ...repository,
        comment_id: found.id,
        body,
      }),
    );
    return 'updated';
  }
  if (!create) return 'none';
  await calling('write a comment', async () =>
    client.request('POST /repos/{owner}/{repo}/issues/{issue_number}/comments', {
      ...repository,
      issue_number: pull,
      body,
    }),
  );
  return 'created';
}

async function findOurs(
  client: GithubClient,
  repository: GithubRepository,
  { pull, author, marker }: Pick<CommentWish, 'pull' | 'author' | 'marker'>,
): Promise<{ id: number; body: string } | undefined> {
  let left = pages;
  const found = await calling('list comments', async () =>
    client.paginate(
      'GET /repos/{owner}/{repo}/issues/{issue_number}/comments',
      { ...repository, issue_number: pull, per_page: 100 },
      ({ data }, done) => {
        const ours = data.filter(({ user, body }) => user?.login === author && body?.startsWith(marker));
        if (ours.length > 0 || --left === 0) done();
        return ours;
      },
    ),
  );
  const [first] = found;
  return first === undefined ? undefined : { id: first.id, body: first.body ?? '' };
}
