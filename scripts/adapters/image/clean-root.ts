/** Takes out of the root what varies from build to build, and what must be made on each machine itself. */
import { lstat, lutimes, readdir, readFile, rm, symlink, truncate, writeFile } from 'node:fs/promises';
import path from 'node:path';
import type { BuildContext } from './context.ts';

/** Emptied, the folder itself stays. */
const emptied = [
  '/dev',
  '/proc',
  '/sys',
  '/run',
  '/tmp',
  '/var/tmp',
  '/var/cache/apt',
  '/var/cache/dnf',
  '/var/cache/libdnf5',
  '/var/lib/apt/lists',
  '/var/log/apt',
  '/var/log/journal',
];

/** Removed: made anew by each machine, or traces of the build. Patterns on the last part of the path. */
const removed: readonly [string, RegExp][] = [
  ['/etc/ssh', /^ssh_host_.*_key(\.pub)?$/],
  ['/etc', /^(\.resolv\.conf\..*|resolv\.conf\..*|passwd-|group-|shadow-|gshadow-|subuid-|subgid-)$/],
  ['/etc/apt/apt.conf.d', /^99mmdebstrap$/],
  ['/etc/dpkg/dpkg.cfg.d', /^99mmdebstrap$/],
  ['/etc/apt', /^sources\.list~?$/],
  ['/etc/apt/sources.list.d', /^0000.*$/],
  ['/usr/sbin', /^policy-rc\.d$/],
  ['/root', /^\.(bash_history|lesshst|viminfo|wget-hsts)$/],
  ['/var/cache/debconf', /-old$/],
  ['/var/cache/ldconfig', /^aux-cache$/],
  ['/var/lib/dpkg', /^(.*-old|lock|lock-frontend)$/],
  ['/var/lib/systemd', /^random-seed$/],
  ['/var/lib/dbus', /^machine-id$/],
  ['/', /^(vmlinuz|initrd\.img)\.old$/],
];

export async function cleanRoot(context: BuildContext): Promise<void> {
  context.note('cleaning');
  for (const folder of emptied) await emptyFolder(await context.followed(folder));
  for (const [folder, pattern] of removed) {
    const full = await context.followed(folder);
    for (const name of await namesIn(full)) {
      if (pattern.test(name)) await rm(path.join(full, name), { recursive: true, force: true });
    }
  }
  await truncateLogs(await context.followed('/var/log'));
  // Empty, not absent: systemd fills it in at boot and units with ConditionFirstBoot are left alone.
  await writeFile(await context.followed('/etc/machine-id'), '');
  await symlink('/etc/machine-id', path.join(await context.followed('/var/lib/dbus'), 'machine-id')).catch(
    () => undefined,
  );
  if (context.request.payload === 'deb') await writeFile(await context.followed('/etc/apt/sources.list'), '');
  await sortTriggers(await context.followed('/var/lib/dpkg/triggers/File'));
}

async function namesIn(folder: string): Promise<string[]> {
  return await readdir(folder).catch(() => []);
}

async function emptyFolder(folder: string): Promise<void> {
  for (const name of await namesIn(folder))
    await rm(path.join(folder, name), { recursive: true, force: true });
}

/** Log files stay, with the owner and mode that packages gave them, but empty. */
async function truncateLogs(folder: string): Promise<void> {
  for (const name of await namesIn(folder)) {
    const full = path.join(folder, name);
    const stat = await lstat(full);
    if (stat.isDirectory()) await truncateLogs(full);
    else if (/^((bootstrap|dpkg|alternatives)\.log|(dnf|hawkey)\..*)$/.test(name)) await rm(full);
    else if (stat.isFile()) await truncate(full);
  }
}

/** dpkg appends in the order of installation; the content is a set. */
async function sortTriggers(file: string): Promise<void> {
  const text = await readFile(file, 'utf8').catch(() => undefined);
  if (text === undefined) return;
  await writeFile(
    file,
    text
      .split('\n')
      .filter((line) => line !== '')
      .sort()
      .map((line) => `${line}\n`)
      .join(''),
  );
}

/**
 * Gives every file that the build made or touched the build's date: nothing in the image is younger than its newest
 * package.
 */
export async function clampTimes(folder: string, epoch: number): Promise<void> {
  for (const entry of await readdir(folder, { withFileTypes: true })) {
    const full = path.join(folder, entry.name);
    if (entry.isDirectory()) await clampTimes(full, epoch);
    else await clampTime(full, epoch);
  }
  await lutimes(folder, epoch, epoch);
}

async function clampTime(file: string, epoch: number): Promise<void> {
  const stat = await lstat(file);
  if (stat.mtimeMs / 1000 > epoch) await lutimes(file, epoch, epoch);
}
