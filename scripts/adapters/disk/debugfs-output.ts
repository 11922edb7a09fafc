/** What debugfs(8) and dumpe2fs(8) print, as values. */
import { AperiodicError } from '../../model/errors.ts';
import type { DiskEntry } from '../../ports.ts';

export interface Inode extends Omit<DiskEntry, 'path'> {
  number: number;
  name: string;
}

/** File types in the mode (inode(7)), octal. */
const kinds: Record<string, DiskEntry['kind']> = { '10': 'file', '04': 'folder', '12': 'link' };

/**
 * Answers of `debugfs -f -` to lines `ls -p <inode>`, by inode: each begins with its command.
 */
export function splitAnswers(output: string): Map<number, string> {
  const [, ...parts] = output.split(/^debugfs: ls -p <(\d+)>\n/m);
  const answers = new Map<number, string>();
  for (let i = 0; i + 1 < parts.length; i += 2) answers.set(Number(parts[i]), parts[i + 1] ?? '');
  return answers;
}

/**
 * Entries of `ls -p`: /inode/mode/uid/gid/name/size/, where folders have no size. '.' and '..' and deleted entries
 * (inode 0) are left out.
 */
export function parseFolder(answer: string): Inode[] {
  const entries: Inode[] = [];
  for (const match of answer.matchAll(/^\/(\d+)\/(\d{6})\/(\d+)\/(\d+)\/([^/]*)\/(\d*)\/ *$/gm)) {
    const [, number = '0', mode = '', uid = '', gid = '', name = '', size = ''] = match;
    if (number === '0' || name === '.' || name === '..') continue;
    entries.push({
      number: Number(number),
      kind: kinds[mode.slice(0, 2)] ?? 'other',
      size: Number(size),
      mode: Number.parseInt(mode.slice(2), 8),
      uid: Number(uid),
      gid: Number(gid),
      name,
    });
  }
  return entries;
}

/** Target of a symbolic link that is kept in its inode, from the output of `stat`; undefined for a longer one. */
export function parseFastLink(output: string, size: number): string | undefined {
  const mark = 'Fast link dest: "';
  const start = output.indexOf(mark);
  return start < 0 ? undefined : output.slice(start + mark.length, start + mark.length + size);
}

/** From `dumpe2fs -h`: everything that is not free, the file system's own structures included. */
export function parseUsedMiB(output: string): number {
  const field = (name: string) =>
    Number(new RegExp(`^${name}:\\s+(\\d+)$`, 'm').exec(output)?.[1] ?? Number.NaN);
  const used = (field('Block count') - field('Free blocks')) * field('Block size');
  if (!Number.isFinite(used))
    throw new AperiodicError('invalid', 'the root file system of the image is not ext4');
  return used / (1024 * 1024);
}
