/** Which commit a name stands for, and which paths differ between two commits. */
import type { ChangedPath } from '../../model/changes.ts';
import { AperiodicError } from '../../model/errors.ts';
import type { Git } from './git.ts';

/** @throws AperiodicError `not-found` */
export async function resolveCommit(git: Git, name: string): Promise<string> {
  const { exitCode, stdout } = await git(
    ['rev-parse', '--verify', '--quiet', '--end-of-options', `${name}^{commit}`],
    { accept: [0, 1, 128] },
  );
  const commit = stdout.trim();
  if (exitCode === 0 && /^[0-9a-f]{40}$/.test(commit)) return commit;
  throw new AperiodicError(
    'not-found',
    `'${name}' is not a commit of this clone: fetch it, and check its spelling`,
  );
}

/**
 * Where the two histories parted: what a pull request is compared with.
 * @throws AperiodicError `not-found` also where the clone is too shallow to know
 */
export async function findMergeBase(git: Git, base: string, head: string): Promise<string> {
  const { exitCode, stdout } = await git(['merge-base', '--', base, head], { accept: [0, 1, 128] });
  const commit = stdout.trim();
  if (exitCode === 0 && /^[0-9a-f]{40}$/.test(commit)) return commit;
  throw new AperiodicError(
    'not-found',
    `${base.slice(0, 12)} and ${head.slice(0, 12)} have no history in common here: fetch more of it (actions/checkout: fetch-depth 0)`,
  );
}

/** Renames are a removal and an addition. */
export async function listChangedPaths(git: Git, base: string, head: string): Promise<ChangedPath[]> {
  const { stdout } = await git(['diff-tree', '-r', '-z', '--raw', '--no-renames', '--no-abbrev', base, head]);
  // Each is `:mode mode oid oid letter`, NUL, path, NUL (git-diff(1), RAW OUTPUT FORMAT).
  const words = stdout.split('\0');
  const paths: ChangedPath[] = [];
  for (let at = 0; at + 1 < words.length; at += 2) {
    const [, mode, letter] = /^:\d{6} (\d{6}) [0-9a-f]+ [0-9a-f]+ ([A-Z])/.exec(words[at] ?? '') ?? [];
    const path = words[at + 1];
    if (mode === undefined || path === undefined)
      throw new AperiodicError('internal', 'git diff-tree was not understood');
    const change = letter === 'A' ? 'added' : letter === 'D' ? 'removed' : 'modified';
    paths.push({ path, change, mode: letter === 'D' ? undefined : mode });
  }
  return paths;
}
