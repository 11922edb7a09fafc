/** User namespaces: what a build runs in, and the ranges of user ids it needs. */
import { readFile } from 'node:fs/promises';
import { userInfo } from 'node:os';
import { AperiodicError } from '../../model/errors.ts';
import { exec } from './exec.ts';
import type { RunAsRoot } from './packages-install.ts';

/** Ids that one range holds: enough for every user and group of a distribution. */
const rangeSize = 65_536;
/** First id handed out, as SUB_UID_MIN of login.defs. */
const lowest = 100_000;
const highest = 600_100_000;

/** A line of /etc/subuid or /etc/subgid: `owner:first:count`, subuid(5). */
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

/** Whether a user has a range that is large enough. */
export function hasRange(text: string, user: { username: string; uid: number }): boolean {
  return readRanges(text).some(
    ({ owner, count }) => (owner === user.username || owner === String(user.uid)) && count >= rangeSize,
  );
}

/** The lowest range of 65,536 ids that overlaps none of the file; undefined when there is no room. */
export function chooseRange(text: string): { first: number; last: number } | undefined {
  let first = lowest;
  for (const range of readRanges(text).sort((a, b) => a.first - b.first)) {
    if (range.first + range.count > first && range.first < first + rangeSize)
      first = range.first + range.count;
  }
  return first + rangeSize - 1 > highest ? undefined : { first, last: first + rangeSize - 1 };
}

const files = [
  ['/etc/subuid', '--add-subuids'],
  ['/etc/subgid', '--add-subgids'],
] as const;

/** The ranges this user lacks, as the usermod calls that add them. Empty when there is nothing to do. */
export async function planRanges(): Promise<string[][]> {
  const user = userInfo();
  const calls: string[][] = [];
  for (const [file, option] of files) {
    const text = await readFile(file, 'utf8').catch(() => undefined);
    if (text !== undefined && hasRange(text, user)) continue;
    const range = chooseRange(text ?? '');
    if (range === undefined) {
      throw new AperiodicError('conflict', `no range of ${rangeSize} ids is free for ${user.username}`, {
        file,
      });
    }
    // usermod refuses to make the file.
    if (text === undefined) calls.push(['touch', '--', file]);
    calls.push(['usermod', option, `${range.first}-${range.last}`, '--', user.username]);
  }
  return calls;
}

/**
 * Adds the ranges.
 * @throws AperiodicError `missing-tool` with the commands to type
 */
export async function addRanges(calls: readonly string[][], run: RunAsRoot): Promise<void> {
  try {
    for (const call of calls) await run(call);
  } catch (error) {
    if (!(error instanceof AperiodicError)) throw error;
    const commands = calls.map((call) => `sudo ${call.join(' ')}`).join(' && ');
    throw new AperiodicError(
      'missing-tool',
      `${error.message}. Add the ranges of user ids by hand: ${commands}`,
      {
        detail: error.detail,
        cause: error,
      },
    );
  }
}

/** What the kernel says about namespaces; undefined where it has no such setting. */
export interface NamespaceFacts {
  maximum: string | undefined;
  unprivileged: string | undefined;
  apparmor: string | undefined;
}

/** Why a user namespace cannot be made, and what to do. */
export function explainNamespaces(facts: NamespaceFacts): string {
  const set = (setting: string, value: string) =>
    `this system forbids user namespaces: run 'sudo sysctl -w ${setting}=${value}' (and keep it in /etc/sysctl.d)`;
  if (facts.maximum === '0') return set('user.max_user_namespaces', '65536');
  if (facts.unprivileged === '0') return set('kernel.unprivileged_userns_clone', '1');
  if (facts.apparmor === '1') return set('kernel.apparmor_restrict_unprivileged_userns', '0');
  return 'user namespaces do not work here: in a container, start it with permission to make them (such as --privileged)';
}

/**
 * Makes a user namespace with a range of ids, as a build does.
 * @throws AperiodicError `missing-tool` that says what forbids it
 */
export async function verifyNamespaces(): Promise<void> {
  try {
    await exec('unshare', ['--map-root-user', '--map-auto', '--', 'true']);
  } catch (error) {
    if (!(error instanceof AperiodicError) || error.code === 'missing-tool') throw error;
    const read = async (file: string) =>
      (await readFile(`/proc/sys/${file}`, 'utf8').catch(() => undefined))?.trim();
    const facts = {
      maximum: await read('user/max_user_namespaces'),
      unprivileged: await read('kernel/unprivileged_userns_clone'),
      apparmor: await read('kernel/apparmor_restrict_unprivileged_userns'),
    };
    throw new AperiodicError('missing-tool', explainNamespaces(facts), {
      detail: error.detail,
      cause: error,
    });
  }
}
