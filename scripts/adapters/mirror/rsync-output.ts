/** What rsync prints, read. Its messages are in English with errno in brackets: the environment sets the C locale. */
import { AperiodicError } from '../../model/errors.ts';
import type { Difference } from './layout.ts';

/**
 * Reads `--dry-run --itemize-changes --delete`: what a transfer would do says how the folder differs.
 *
 * Lines are `YXcstpoguax name` (rsync(1), --itemize-changes): `<f+++++++++` for a file that is not there, other flags
 * for one that differs, `*deleting` for one that would go. Notes such as `created directory` are not of that form.
 */
export function parseChanges(output: string): Difference {
  const difference: Difference = { missing: [], different: [], extra: [] };
  for (const line of output.split('\n')) {
    const [, deleted] = /^\*deleting +(.+)$/.exec(line) ?? [];
    if (deleted !== undefined && !deleted.startsWith('.')) difference.extra.push(deleted);
    const [, flags, name] = /^[<>ch.]f(.{9}) (.+)$/.exec(line) ?? [];
    if (flags === undefined || name === undefined) continue;
    if (flags === '+++++++++') difference.missing.push(name);
    else if (flags.startsWith('c') || flags[1] === 's') difference.different.push(name);
  }
  return difference;
}

export interface ListEntry {
  name: string;
  isFolder: boolean;
  /** As the server's clock and zone have it: good for an age in days. */
  modified: Date;
}

/** Reads `--list-only --no-h`; the folder itself is left out. Names with control characters stay escaped, `\#ooo`. */
export function parseList(output: string): ListEntry[] {
  const entries: ListEntry[] = [];
  for (const line of output.split('\n')) {
    const match = /^([a-z-])\S{9,10} +\d+ (\d{4})\/(\d\d)\/(\d\d) (\d\d:\d\d:\d\d) (.+)$/.exec(line);
    const [, type, year, month, day, time, name] = match ?? [];
    if (name === undefined || name === '.') continue;
    entries.push({ name, isFolder: type === 'd', modified: new Date(`${year}-${month}-${day}T${time}Z`) });
  }
  return entries;
}

/** Exit codes (rsync(1)) of a connection that failed or broke: another try may do. */
const connectionCodes = [10, 12, 20, 30, 35];

export function isTransient(exitCode: number, stderr: string): boolean {
  if (connectionCodes.includes(exitCode)) return true;
  return exitCode === 5 && /max connections/.test(stderr);
}

/** Whether rsync said that what was asked for does not exist on the server, and nothing worse. */
export function isMissing(exitCode: number, stderr: string): boolean {
  return exitCode === 23 && /(change_dir|link_stat) ".*" (\(in .*\) )?failed: .*\((2|20)\)/.test(stderr);
}

/** The error for people. @param stderr may hold words of the server; control characters are taken out */
export function describeFailure(id: string, exitCode: number, stderr: string): AperiodicError {
  const detail = clean(stderr);
  const fail = (code: 'unreachable' | 'not-found' | 'disk-full' | 'conflict', message: string) =>
    new AperiodicError(code, message, { detail });
  if (/@ERROR: auth failed/.test(stderr)) {
    return fail(
      'unreachable',
      `the mirror ${id} refused the user or the password: look at its password file`,
    );
  }
  if (/@ERROR: Unknown module/.test(stderr)) {
    return fail('not-found', `the mirror ${id} has no module of that name: look at its address`);
  }
  if (exitCode === 5 || connectionCodes.includes(exitCode)) {
    return fail('unreachable', `the mirror ${id} cannot be reached (rsync ended with exit code ${exitCode})`);
  }
  if (/\(28\)/.test(stderr))
    return fail('disk-full', `the disk of the mirror ${id} is full: make room there`);
  return fail(
    'conflict',
    `the mirror ${id} refused it (rsync ended with exit code ${exitCode}): see its words`,
  );
}

function clean(text: string): string {
  // Whatever a server sends, it does not steer the terminal.
  const printable = text.replaceAll(/[^\n\P{C}]/gu, '?');
  return printable.trim().split('\n').slice(-20).join('\n');
}
