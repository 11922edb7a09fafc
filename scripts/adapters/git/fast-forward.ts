/** Brings the clone's own branch after what was pushed, so that people see it; never at the cost of their work. */
import type { Git } from './git.ts';

/**
 * Does nothing when another branch is checked out, files are changed, the branch has commits of its own, or the commit
 * is there already. Not an error then, nor when another run is at it: what counts is on the remote.
 */
export async function fastForward(git: Git, branch: string, commit: string): Promise<void> {
  const [head, at] = await Promise.all([
    git(['symbolic-ref', '--quiet', 'HEAD'], { accept: [0, 1, 128] }),
    git(['rev-parse', '--quiet', '--verify', 'HEAD'], { accept: [0, 1, 128] }),
  ]);
  if (head.stdout.trim() !== `refs/heads/${branch}` || at.stdout.trim() === commit) return;
  const status = await git(['status', '--porcelain', '--untracked-files=no'], { accept: [0, 128] });
  if (status.exitCode !== 0 || status.stdout !== '') return;
  await git(['merge', '--ff-only', '--quiet', '--no-verify-signatures', commit], { accept: [0, 1, 2, 128] });
}
