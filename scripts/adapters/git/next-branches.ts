/** Moves and deletes branches of proposed updates on a remote: the only ones, and only where nobody was there before. */
import { AperiodicError } from '../../model/errors.ts';
import { assertNextBranch } from '../../model/update/branch.ts';
import { branchPrefix } from '../../model/update/names.ts';
import { type Git, lastWords, maskSecrets } from './git.ts';
import type { Remote } from './remote.ts';

type Where = Omit<Remote, 'branch'>;

/** Names of the branches that the remote has. @throws AperiodicError `unreachable` */
export async function listNextBranches(git: Git, { name, timeoutSeconds }: Where): Promise<string[]> {
  const { stdout } = await git(['ls-remote', '--', name, `refs/heads/${branchPrefix}*`], {
    timeoutSeconds,
    failure: 'unreachable',
    what: `the remote ${maskSecrets(name)} cannot be reached`,
  });
  return stdout.split('\n').flatMap((line) => {
    const [, branch] = /^[0-9a-f]{40}\trefs\/heads\/(.+)$/.exec(line) ?? [];
    return branch?.startsWith(branchPrefix) === true ? [branch] : [];
  });
}

/**
 * @param expected the commit that the branch must have still; undefined when it must not be there
 * @param commit the new one; undefined to delete the branch
 * @throws AperiodicError `conflict` when it has another, or the remote refuses, else `unreachable`; `internal` for any
 *   other branch
 */
export async function forceNextBranch(
  git: Git,
  { name, timeoutSeconds }: Where,
  branch: string,
  expected: string | undefined,
  commit: string | undefined,
): Promise<void> {
  const ref = `refs/heads/${assertNextBranch(branch)}`;
  const lease = `--force-with-lease=${ref}:${expected ?? ''}`;
  const { exitCode, stdout, stderr } = await git(
    ['push', '--porcelain', '--no-verify', lease, '--', name, `${commit ?? ''}:${ref}`],
    {
      accept: [0, 1, 128],
      timeoutSeconds,
      failure: 'unreachable',
      what: `the remote ${maskSecrets(name)} cannot be reached`,
    },
  );
  if (exitCode === 0) return;
  if (/\(stale info\)/.test(stdout))
    throw new AperiodicError('conflict', `somebody changed ${branch} at this moment: run it again`);
  const refused = stdout.split('\n').find((line) => line.startsWith('!\t'));
  throw new AperiodicError(
    refused === undefined ? 'unreachable' : 'conflict',
    `${branch} could not be pushed: ${maskSecrets(refused?.split('\t')[2] ?? lastWords(stderr))}`,
    { detail: stderr },
  );
}
