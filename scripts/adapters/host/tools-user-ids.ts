/** Ranges of user ids that a build's user namespace maps: /etc/subuid and /etc/subgid, subuid(5). */
import { copyFile, readFile, rename, writeFile } from 'node:fs/promises';
import { userInfo } from 'node:os';
import { AperiodicError } from '../../model/errors.ts';
import type { RunAsRoot } from './packages-install.ts';

/** Ids that one range holds: enough for every user and group of a distribution. */
const rangeSize = 65_536;
/** First id handed out, as SUB_UID_MIN of login.defs; and the last, SUB_UID_MAX. */
const lowest = 100_000;
const highest = 600_100_000;

export interface User {
  username: string;
  uid: number;
}

/** A line `owner:first:count`. */
interface Range {
  owner: string;
  first: number;
  count: number;
}

function readRanges(text: string): Range[] {
  return text.split('\n').flatMap((line) => {
    const [, owner, first, count] = /^([^:#]+):(\d+):(\d+)\s*$/.exec(line) ?? [];
    return owner === undefined ? [] : [{ owner, first: Number(first), count: Number(count) }];
  });
}

/** Whether a user has a range that is large enough and that unshare finds. */
export function hasRange(text: string, user: User): boolean {
  const isOwn = ({ owner }: Range) => owner === user.username || owner === String(user.uid);
  const ranges = readRanges(text);
  // unshare of util-linux 2.38 reads a name it does not match as the number 0: for root it takes the first line, whoever
  // owns that, and newuidmap then refuses it.
  const seen = user.uid === 0 ? ranges.slice(0, 1) : ranges;
  return seen.some((range) => isOwn(range) && range.count >= rangeSize);
}

/** The lowest range of 65,536 ids that overlaps none of the file; undefined when there is no room. */
export function chooseRange(text: string): { first: number; last: number } | undefined {
  let first = lowest;
  for (const range of readRanges(text).sort((a, b) => a.first - b.first)) {
    const apart = range.first + range.count <= first || range.first >= first + rangeSize;
    if (!apart) first = range.first + range.count;
  }
  return first + rangeSize - 1 > highest ? undefined : { first, last: first + rangeSize - 1 };
}

/** One file that needs a change. */
export interface RangeChange {
  file: string;
  /** The commands that make the change, for all but root. */
  commands: string[][];
  /** What root's file becomes. */
  text: string;
}

/** What must change in a file so that the user has a usable range; undefined when nothing must. */
export function planRange(file: string, text: string | undefined, user: User): RangeChange | undefined {
  if (text !== undefined && hasRange(text, user)) return undefined;
  const range = chooseRange(text ?? '');
  if (range === undefined) {
    throw new AperiodicError('conflict', `no range of ${rangeSize} ids is free for ${user.username}`, {
      file,
    });
  }
  const option = file === '/etc/subuid' ? '--add-subuids' : '--add-subgids';
  const lines = (text ?? '').split('\n').filter((line) => line !== '');
  const own = lines.filter((line) =>
    readRanges(line).some(({ owner, count }) => owner === user.username && count >= rangeSize),
  );
  const first = own.length > 0 ? own : [`${user.username}:${range.first}:${rangeSize}`];
  return {
    file,
    commands: [
      // usermod refuses to make the file.
      ...(text === undefined ? [['touch', '--', file]] : []),
      ['usermod', option, `${range.first}-${range.last}`, '--', user.username],
    ],
    text: `${[...first, ...lines.filter((line) => !own.includes(line))].join('\n')}\n`,
  };
}

/** The changes that this user needs. Empty when there is nothing to do. */
export async function planRanges(): Promise<RangeChange[]> {
  const changes: RangeChange[] = [];
  for (const file of ['/etc/subuid', '/etc/subgid']) {
    const text = await readFile(file, 'utf8').catch(() => undefined);
    const change = planRange(file, text, userInfo());
    if (change !== undefined) changes.push(change);
  }
  return changes;
}

/**
 * Makes the changes. root's line must be the first, which usermod cannot do; the file before is kept beside it with a
 * `-` at its end, as usermod keeps it.
 * @throws AperiodicError `missing-tool` with the commands to type
 */
export async function changeRanges(changes: readonly RangeChange[], run: RunAsRoot): Promise<void> {
  try {
    for (const { file, commands, text } of changes) {
      if (userInfo().uid === 0) await replaceFile(file, text);
      else for (const command of commands) await run(command);
    }
  } catch (error) {
    if (!(error instanceof AperiodicError)) throw error;
    const typed = changes.flatMap(({ commands }) => commands).map((command) => `sudo ${command.join(' ')}`);
    const message = `${error.message}. Add the ranges of user ids by hand: ${typed.join(' && ')}`;
    throw new AperiodicError('missing-tool', message, { detail: error.detail, cause: error });
  }
}

async function replaceFile(file: string, text: string): Promise<void> {
  await copyFile(file, `${file}-`).catch(() => undefined);
  await writeFile(`${file}.aperiodic`, text, { mode: 0o644 });
  await rename(`${file}.aperiodic`, file);
}
