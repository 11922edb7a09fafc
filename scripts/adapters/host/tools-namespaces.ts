/** User namespaces: what a build runs in. */
import { readFile } from 'node:fs/promises';
import { AperiodicError } from '../../model/errors.ts';
import { exec } from './exec.ts';

/** What the kernel says about namespaces; undefined where it has no such setting. */
export interface NamespaceFacts {
  maximum: string | undefined;
  unprivileged: string | undefined;
  apparmor: string | undefined;
  /** What unshare printed. */
  message: string;
}

/** Why a user namespace cannot be made, and what to do. */
export function explainNamespaces(facts: NamespaceFacts): string {
  const set = (setting: string, value: string) =>
    `this system forbids user namespaces: run 'sudo sysctl -w ${setting}=${value}' (and keep it in /etc/sysctl.d)`;
  if (facts.maximum === '0') return set('user.max_user_namespaces', '65536');
  if (facts.unprivileged === '0') return set('kernel.unprivileged_userns_clone', '1');
  if (facts.apparmor === '1') return set('kernel.apparmor_restrict_unprivileged_userns', '0');
  if (/new[ug]idmap/.test(facts.message)) {
    return 'a range in /etc/subuid or /etc/subgid cannot be used: each user needs one that overlaps no other';
  }
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
      message: error.detail ?? '',
    };
    throw new AperiodicError('missing-tool', explainNamespaces(facts), {
      detail: error.detail,
      cause: error,
    });
  }
}
