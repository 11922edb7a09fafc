/** What a rented runner of CI keeps shut although its user may be root: user namespaces, and the virtualisation of its CPU. */
import { access, constants, readFile } from 'node:fs/promises';
import type { RunAsRoot } from './packages-install.ts';

/** One thing that is shut, and what opens it until the machine is started anew. */
export interface Shut {
  name: string;
  argv: readonly string[];
}

/** Ubuntu's setting: https://documentation.ubuntu.com/release-notes/24.04/ (unprivileged user namespace restrictions) */
const apparmor = 'kernel.apparmor_restrict_unprivileged_userns';
const kvm = '/dev/kvm';

/** @param prefix of the file system, for tests */
export async function findShut(prefix = ''): Promise<Shut[]> {
  const shut: Shut[] = [];
  const setting = `${prefix}/proc/sys/${apparmor.replaceAll('.', '/')}`;
  const restricted = (await readFile(setting, 'utf8').catch(() => '0')).trim();
  if (restricted === '1')
    shut.push({ name: 'user namespaces', argv: ['sysctl', '-q', '-w', `${apparmor}=0`] });
  if (
    (await may(prefix + kvm, constants.F_OK)) &&
    !(await may(prefix + kvm, constants.R_OK | constants.W_OK))
  )
    shut.push({ name: kvm, argv: ['chmod', '0666', '--', kvm] });
  return shut;
}

/** Opens each; gives their names. */
export async function openRunner(shut: readonly Shut[], run: RunAsRoot): Promise<string[]> {
  for (const { argv } of shut) await run(argv);
  return shut.map(({ name }) => name);
}

async function may(file: string, mode: number): Promise<boolean> {
  return await access(file, mode).then(
    () => true,
    () => false,
  );
}
