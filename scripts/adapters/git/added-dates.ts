/** When files came to a branch: the date of the first commit of its own line (merges count, what they merged does not) that has them. */
import type { Git } from './git.ts';

const shape = /^date:(\d{1,12})$/;

/**
 * By path; files below `folder` that are not there any more among them. A shallow clone knows only its newest part: what was
 * there before has the date of its oldest commit, so callers that need the truth look at `isShallow`.
 * @param folder without a slash at its end
 */
export async function readAddedDates(git: Git, commit: string, folder: string): Promise<Map<string, Date>> {
  const { stdout } = await git([
    'log',
    '--first-parent',
    '-m',
    '--diff-filter=A',
    '--no-renames',
    '--name-only',
    '--format=date:%ct',
    commit,
    '--',
    folder,
  ]);
  const dates = new Map<string, Date>();
  let date: Date | undefined;
  // Newest first, so that the last word is that of the first commit.
  for (const line of stdout.split('\n')) {
    const [, seconds] = shape.exec(line) ?? [];
    if (seconds !== undefined) date = new Date(Number(seconds) * 1000);
    else if (line !== '' && date !== undefined) dates.set(line, date);
  }
  return dates;
}

export async function isShallow(git: Git): Promise<boolean> {
  return (await git(['rev-parse', '--is-shallow-repository'])).stdout.trim() === 'true';
}
