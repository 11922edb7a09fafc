/** What differs between two guests, as a short sorted list: for readers, never judged. */
import { compareText } from '../order.ts';
import { type Facts, type ListName, listNames } from './facts.ts';

/** Entries of one kind that are told; more are counted. */
const maxEntries = 40;
/** Longest line, in characters. */
const maxLine = 300;

/** Lines such as `enabled-units: + chrony.service` and `packages: 12 changed, 1 added, 0 removed`. */
export function listDifferences(previous: Facts, now: Facts): string[] {
  return listNames.flatMap((name) =>
    name === 'packages'
      ? packageLines(previous.lists.packages, now.lists.packages)
      : entryLines(name, previous.lists[name], now.lists[name]),
  );
}

function entryLines(name: ListName, before: readonly string[], after: readonly string[]): string[] {
  const removed = before.filter((entry) => !after.includes(entry)).map((entry) => ({ entry, sign: '-' }));
  const added = after.filter((entry) => !before.includes(entry)).map((entry) => ({ entry, sign: '+' }));
  const all = [...removed, ...added].sort(
    (a, b) => compareText(a.entry, b.entry) || compareText(b.sign, a.sign),
  );
  const lines = all.slice(0, maxEntries).map(({ entry, sign }) => clip(`${name}: ${sign} ${entry}`));
  const rest = all.length - lines.length;
  return rest > 0 ? [...lines, `${name}: ${rest} more`] : lines;
}

/** Counted only: the pins of the two releases say which. */
function packageLines(before: readonly string[], after: readonly string[]): string[] {
  const was = byName(before);
  const is = byName(after);
  const added = [...is.keys()].filter((name) => !was.has(name)).length;
  const removed = [...was.keys()].filter((name) => !is.has(name)).length;
  const changed = [...is].filter(([name, rest]) => was.has(name) && was.get(name) !== rest).length;
  if (added + removed + changed === 0) return [];
  return [`packages: ${changed} changed, ${added} added, ${removed} removed`];
}

/** Versions by name; a package may be there in several. */
function byName(lines: readonly string[]): Map<string, string> {
  const found = new Map<string, string>();
  for (const line of lines) {
    const [name = '', ...rest] = line.split(' ');
    found.set(name, `${found.get(name) ?? ''} ${rest.join(' ')}`);
  }
  return found;
}

function clip(line: string): string {
  const characters = [...line];
  return characters.length <= maxLine ? line : `${characters.slice(0, maxLine - 3).join('')}...`;
}
