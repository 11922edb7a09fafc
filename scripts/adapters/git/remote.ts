/** What goes over the wire: where the branch is, its objects, and a push that never uses force. */
import { setTimeout as sleep } from 'node:timers/promises';
import { AperiodicError } from '../../model/errors.ts';
import { type Git, lastWords, maskSecrets } from './git.ts';

export interface Remote {
  name: string;
  branch: string;
  timeoutSeconds: number;
}

/** Two runs in one clone may fetch at once, and a push may land between two questions. */
const attempts = 10;
const pauseMs = 50;

/**
 * The commit that the remote's branch points to, with its objects in the clone. Writes nothing when it is there.
 * @throws AperiodicError `unreachable`, or `not-found` when the remote has no such branch
 */
export async function fetchHead(git: Git, remote: Remote): Promise<string> {
  for (let attempt = 1; ; attempt++) {
    const commit = await askHead(git, remote);
    if (await hasCommit(git, commit)) return commit;
    const words = await fetchBranch(git, remote);
    // The branch may have moved on, or back, since it was asked for.
    if (words === '' && (await hasCommit(git, commit))) return commit;
    if (attempt === attempts) {
      throw new AperiodicError('unreachable', `the branch ${remote.branch} could not be fetched: ${words}`);
    }
    await sleep(Math.random() * pauseMs * attempt);
  }
}

async function askHead(git: Git, { name, branch, timeoutSeconds }: Remote): Promise<string> {
  const { exitCode, stdout } = await git(['ls-remote', '--exit-code', '--', name, `refs/heads/${branch}`], {
    accept: [0, 2],
    timeoutSeconds,
    failure: 'unreachable',
    what: `the remote ${maskSecrets(name)} cannot be reached`,
  });
  const [, commit] = /^([0-9a-f]{40})\t/.exec(stdout) ?? [];
  if (exitCode === 0 && commit !== undefined) return commit;
  throw new AperiodicError('not-found', `the remote ${maskSecrets(name)} has no branch ${branch}`);
}

async function hasCommit(git: Git, commit: string): Promise<boolean> {
  return (await git(['cat-file', '-e', `${commit}^{commit}`], { accept: [0, 1, 128] })).exitCode === 0;
}

/** @returns what went wrong when another run was in the way, else an empty text */
async function fetchBranch(git: Git, { name, branch, timeoutSeconds }: Remote): Promise<string> {
  const named = /^[A-Za-z0-9_][A-Za-z0-9._-]*$/.test(name);
  const target = named ? `:refs/remotes/${name}/${branch}` : '';
  const quiet = [
    '--quiet',
    '--no-tags',
    '--no-write-fetch-head',
    '--no-recurse-submodules',
    '--no-auto-maintenance',
  ];
  const { exitCode, stderr } = await git(['fetch', ...quiet, '--', name, `+refs/heads/${branch}${target}`], {
    accept: [0, 1, 128],
    timeoutSeconds,
    failure: 'unreachable',
    what: `the remote ${maskSecrets(name)} cannot be reached`,
  });
  if (exitCode === 0) return '';
  if (isLocked(stderr)) return lastWords(stderr);
  throw new AperiodicError('unreachable', `the branch ${branch} could not be fetched: ${lastWords(stderr)}`, {
    detail: stderr,
  });
}

/**
 * Pushes a commit to the branch, without force.
 * @returns 'late' when somebody else pushed first
 * @throws AperiodicError `conflict` when the remote refuses it, with its words, else `unreachable`
 */
export async function push(git: Git, remote: Remote, commit: string): Promise<'pushed' | 'late'> {
  const target = `${commit}:refs/heads/${remote.branch}`;
  const { exitCode, stdout, stderr } = await git(
    ['push', '--porcelain', '--no-verify', '--', remote.name, target],
    {
      accept: [0, 1, 128],
      timeoutSeconds: remote.timeoutSeconds,
      failure: 'unreachable',
      what: `the remote ${maskSecrets(remote.name)} cannot be reached`,
    },
  );
  if (exitCode === 0) return 'pushed';
  // Porcelain: flag, from:to, summary, with tabs between; `!` is the flag of a refused ref (git-push(1), OUTPUT).
  const refused = stdout.split('\n').find((line) => line.startsWith('!\t'));
  if (refused === undefined) {
    throw new AperiodicError(
      'unreachable',
      `${remote.branch} could not be pushed to ${maskSecrets(remote.name)}: ${lastWords(stderr)}`,
      { detail: stderr },
    );
  }
  const summary = maskSecrets(refused.split('\t')[2] ?? '');
  if (isLate(summary) || isLocked(`${summary}\n${stderr}`)) return 'late';
  throw new AperiodicError(
    'conflict',
    `the remote refused the push to ${remote.branch}: ${wordsOf(summary, stderr)}`,
    {
      detail: stderr,
    },
  );
}

function isLate(summary: string): boolean {
  return /\((fetch first|non-fast-forward|stale info)\)/.test(summary);
}

/** Somebody else held the lock of the branch, or moved it in that moment. */
function isLocked(words: string): boolean {
  return /cannot lock ref|failed to update ref|incorrect old value|is at [0-9a-f]+ but expected|Unable to create '.*\.lock'/.test(
    words,
  );
}

function wordsOf(summary: string, stderr: string): string {
  const remote = stderr
    .split('\n')
    .filter((line) => line.startsWith('remote:'))
    .map((line) => line.slice('remote:'.length).trim())
    .filter((line) => line !== '');
  return [summary, ...remote].join(' ');
}
