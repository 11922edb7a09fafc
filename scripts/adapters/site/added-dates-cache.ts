/** When files of releases came to the branch. History is long and does not change: only what is new of it is read again. */
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { readAddedDates } from '../git/added-dates.ts';
import type { Git } from '../git/git.ts';
import { writeFileAtomic } from '../host/files.ts';

interface Known {
  commit: string;
  /** Seconds since 1970, by path. */
  dates: Record<string, number>;
}

/** @param folder where what was read is kept */
export async function readDatesOnce(
  git: Git,
  commit: string,
  folder: string,
): Promise<Record<string, number>> {
  const file = path.join(folder, 'added-dates.json');
  const known = await readKnown(file);
  if (known?.commit === commit) return known.dates;
  const follows = known !== undefined && (await isFirstParent(git, known.commit, commit));
  const range = follows ? `${known.commit}..${commit}` : commit;
  const dates = follows ? { ...known.dates } : {};
  for (const [name, date] of await readAddedDates(git, range, 'releases'))
    dates[name] ??= date.getTime() / 1000;
  await writeFileAtomic(file, JSON.stringify({ commit, dates }));
  return dates;
}

/** Whether the branch went through that commit itself, not long ago: what it merged has other dates. */
async function isFirstParent(git: Git, earlier: string, commit: string): Promise<boolean> {
  const { stdout } = await git(['rev-list', '--first-parent', '--max-count=1000', commit]);
  return stdout.split('\n').includes(earlier);
}

async function readKnown(file: string): Promise<Known | undefined> {
  try {
    const value: unknown = JSON.parse(await readFile(file, 'utf8'));
    return isKnown(value) ? value : undefined;
  } catch {
    return undefined;
  }
}

function isKnown(value: unknown): value is Known {
  return typeof value === 'object' && value !== null && 'commit' in value && 'dates' in value;
}
