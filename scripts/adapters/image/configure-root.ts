/** Brings a kickstart's settings into the installed root: files, users, services, keys. */
import { access, chmod, mkdir, rm, symlink, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { AperiodicError } from '../../model/errors.ts';
import type { GroupSpec, UserSpec } from '../../model/kickstart/image-spec.ts';
import type { BuildContext } from './context.ts';
import type { DiskLayout } from './disk-layout.ts';
import { setFirewall, setTimeServers, stopTimeServices } from './network-services.ts';
import { settingsFiles } from './settings.ts';
import { rpmSettingsFiles } from './settings-rpm.ts';

/** @param layout left out for a container, which has no disk */
export async function configureRoot(context: BuildContext, layout?: DiskLayout): Promise<void> {
  context.note('configuring');
  const { spec, payload, architecture } = context.request;
  const settings = payload === 'rpm' ? rpmSettingsFiles : settingsFiles;
  const files = settings(spec, layout, architecture);
  for (const file of files) {
    const folder = await context.followed(path.dirname(file.path));
    const target = path.join(folder, path.basename(file.path));
    await mkdir(folder, { recursive: true });
    await rm(target, { force: true });
    await writeFile(target, file.content);
    await chmod(target, file.mode ?? 0o644);
  }
  if (layout !== undefined) await mkdir(context.inRoot('/boot/efi'), { recursive: true });
  await setTimezone(context, spec.timezone);
  if (payload === 'rpm') {
    await checkLocales(context);
    if (spec.timeServers !== undefined) await setTimeServers(context, spec.timeServers);
  }
  for (const group of spec.groups ?? []) await addGroup(context, group);
  for (const user of spec.users) await addUser(context, user);
  await setRootPassword(context);
  await switchServices(context);
  if (spec.timeDisabled === true) await stopTimeServices(context);
  if (spec.firewall !== undefined) await setFirewall(context, spec.firewall);
  for (const { user, key } of spec.sshKeys) await addSshKey(context, user, key);
}

async function setTimezone(context: BuildContext, zone: string): Promise<void> {
  await access(context.inRoot(`/usr/share/zoneinfo/${zone}`)).catch(() => {
    throw new AperiodicError('build-failed', `the timezone ${zone} is unknown: is tzdata in %packages?`);
  });
  const link = context.inRoot('/etc/localtime');
  await rm(link, { force: true });
  await symlink(`/usr/share/zoneinfo/${zone}`, link);
}

/** Groups may bring the data of locales, so only what is installed tells. */
async function checkLocales(context: BuildContext): Promise<void> {
  const { lang, moreLocales = [] } = context.request.spec;
  const wanted = [lang, ...moreLocales].filter((name) => name !== 'C.UTF-8');
  if (wanted.length === 0) return;
  const { stdout } = await context.runInRoot(['locale', '-a'], { what: 'the locales could not be listed' });
  const known = new Set(stdout.split('\n').map(plainLocale));
  const missing = wanted.find((name) => !known.has(plainLocale(name)));
  if (missing === undefined) return;
  const [language] = missing.split('_');
  throw new AperiodicError(
    'build-failed',
    `lang ${missing}: its data is not installed: add glibc-langpack-${language} to %packages`,
  );
}

/** locale(1) lists en_US.UTF-8 as en_US.utf8. */
const plainLocale = (name: string) => name.trim().replace(/\.utf-?8$/i, '.UTF-8');

async function addGroup(context: BuildContext, group: GroupSpec): Promise<void> {
  const id = group.gid === undefined ? [] : ['--gid', String(group.gid)];
  await context.runInRoot(['groupadd', ...id, '--', group.name], {
    failure: 'build-failed',
    what: `group ${group.name} (${group.origin.file}:${group.origin.line})`,
  });
}

async function addUser(context: BuildContext, user: UserSpec): Promise<void> {
  const options = ['--create-home', '--shell', user.shell ?? '/bin/bash', '--user-group'];
  if (user.uid !== undefined) options.push('--uid', String(user.uid));
  if (user.gecos !== undefined) options.push('--comment', user.gecos);
  if (user.homedir !== undefined) options.push('--home-dir', user.homedir);
  if (user.groups.length > 0) options.push('--groups', user.groups.join(','));
  if (user.passwordHash !== undefined) options.push('--password', user.passwordHash);
  const where = {
    failure: 'build-failed' as const,
    what: `user ${user.name} (${user.origin.file}:${user.origin.line})`,
  };
  await context.runInRoot(['useradd', ...options, '--', user.name], where);
  if (user.gid !== undefined)
    await context.runInRoot(['groupmod', '--gid', String(user.gid), '--', user.name], where);
  if (user.locked) await context.runInRoot(['usermod', '--lock', '--', user.name], where);
}

/** A locked root has no password that could match; keys are another matter, and QA looks at both. */
async function setRootPassword(context: BuildContext): Promise<void> {
  const { rootLocked, rootPasswordHash } = context.request.spec;
  const hash = rootLocked || rootPasswordHash === undefined ? '*' : rootPasswordHash;
  await context.runInRoot(['usermod', '--password', hash, '--', 'root']);
}

async function switchServices(context: BuildContext): Promise<void> {
  const { enabled, disabled } = context.request.spec.services;
  if (enabled.length > 0) {
    await context.runInRoot(['systemctl', 'enable', '--', ...enabled], { what: 'services --enabled' });
  }
  if (disabled.length > 0) {
    await context.runInRoot(['systemctl', 'disable', '--', ...disabled], { what: 'services --disabled' });
  }
}

/** Appends to authorized_keys as the user itself, so that owner and mode are what sshd wants. */
async function addSshKey(context: BuildContext, user: string, key: string): Promise<void> {
  const script = 'umask 077; mkdir -p ~/.ssh; cat >> ~/.ssh/authorized_keys';
  await context.runInRoot(
    ['setpriv', '--reuid', user, '--regid', user, '--init-groups', '--reset-env', 'sh', '-c', script],
    {
      input: `${key}\n`,
      what: `sshkey of ${user}`,
    },
  );
}
