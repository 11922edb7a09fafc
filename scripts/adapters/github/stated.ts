/** Reads what pull requests stated of their images: texts of the check runs that preview-post made. */
import { parseStated } from '../../model/stated.ts';
import type { Statement } from '../../model/types.generated.ts';
import { externalId } from './check-run.ts';
import { calling, type GithubClient } from './client.ts';
import type { GithubRepository } from './context.ts';

/**
 * Statements of the merged pull requests that a commit of main came from.
 * @param app slug of who posts previews: what another App says is not heard
 */
export async function readStatements(
  client: GithubClient,
  repository: GithubRepository,
  { commit, app, checkName }: { commit: string; app: string; checkName: string },
): Promise<Statement[]> {
  const { data: pulls } = await calling('find the pull request of a commit', async () =>
    client.request('GET /repos/{owner}/{repo}/commits/{commit_sha}/pulls', {
      ...repository,
      commit_sha: commit,
    }),
  );
  const statements: Statement[] = [];
  for (const { number, head, merged_at } of pulls) {
    if (merged_at === null) continue;
    const { data } = await calling('list check runs', async () =>
      client.request('GET /repos/{owner}/{repo}/commits/{ref}/check-runs', {
        ...repository,
        ref: head.sha,
        check_name: checkName,
        filter: 'latest',
      }),
    );
    for (const run of data.check_runs) {
      if (run.external_id !== externalId || run.app?.slug !== app) continue;
      const stated = parseStated(run.output.text ?? '');
      statements.push(...(stated?.statements ?? []).map((one) => ({ ...one, pull: number })));
    }
  }
  return statements;
}
