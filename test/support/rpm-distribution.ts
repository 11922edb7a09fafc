/**
 * A distribution in rpms that can boot: Debian's own packages, installed once, and the root that came out wrapped as five
 * packages (rpm-distribution.py). Its programs are Debian's; what installs, checks and names them is rpm.
 */
import { chmod, mkdir, mkdtemp, readdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { exec } from '../../scripts/adapters/host/exec.ts';
import { rpmDate, rpmDefines } from './rpm-repository.ts';

const wrap = fileURLToPath(new URL('./rpm-distribution.py', import.meta.url));

/** What the disk builder and the checks of guests need; without Recommends. */
const packages = [
  ...[
    'linux-image-cloud-amd64',
    'initramfs-tools',
    'grub-cloud-amd64',
    'grub-efi-amd64-signed',
    'grub-pc-bin',
  ],
  ...['shim-signed', 'dosfstools', 'e2fsprogs', 'fdisk', 'cloud-init', 'cloud-guest-utils', 'usr-is-merged'],
  ...['systemd', 'systemd-sysv', 'systemd-resolved', 'systemd-timesyncd', 'udev', 'dbus', 'libpam-systemd'],
  ...[
    'kmod',
    'procps',
    'sudo',
    'apparmor',
    'ca-certificates',
    'iproute2',
    'iputils-ping',
    'locales',
    'netbase',
  ],
  ...['openssh-server', 'python3', 'tzdata', 'rpm'],
];

/** file_contexts(5). */
const fileContexts = `/.*\tsystem_u:object_r:default_t:s0
/etc(/.*)?\tsystem_u:object_r:etc_t:s0
/usr/bin(/.*)?\tsystem_u:object_r:bin_t:s0
`;

/**
 * Installs the root by mmdebstrap from the machine's apt sources; needs root, as owners must be right.
 * @param folder gets `root`, and is on a disk with 4 GiB
 * @returns its path
 */
export async function makeDistributionRoot(folder: string): Promise<string> {
  const root = path.join(folder, 'root');
  const tar = path.join(folder, 'root.tar');
  const hook = '--hook-dir=/usr/share/mmdebstrap/hooks/merged-usr';
  const plain = ['--mode=root', '--variant=apt', '--aptopt=APT::Install-Recommends "false"', hook];
  await exec('mmdebstrap', [...plain, `--include=${packages.join(',')}`, 'bookworm', tar], {
    env: { INITRD: 'No' },
  });
  await mkdir(root, { recursive: true });
  await exec('tar', ['-C', root, '--numeric-owner', '-xf', tar, '--exclude=./dev/*']);
  // Debian's rpm would look for its database at home.
  await mkdir(path.join(root, 'etc/rpm'), { recursive: true });
  await writeFile(path.join(root, 'etc/rpm/macros'), '%_dbpath /var/lib/rpm\n');
  // Python writes them anew when the times of sources change.
  await exec('find', [root, '-name', '__pycache__', '-prune', '-exec', 'rm', '-rf', '--', '{}', '+']);
  // As cloud-init and systemd make them at boot: Fedora's packages have them so.
  await chmod(path.join(root, 'etc/sudoers.d'), 0o750);
  await exec('chroot', [root, '/bin/chgrp', 'systemd-journal', '/var/log/journal']);
  await chmod(path.join(root, 'var/log/journal'), 0o2755);
  // As much of an SELinux policy as labels need.
  const contexts = path.join(root, 'etc/selinux/fixture/contexts/files');
  await mkdir(contexts, { recursive: true });
  await writeFile(path.join(root, 'etc/selinux/config'), 'SELINUX=enforcing\nSELINUXTYPE=fixture\n');
  await writeFile(path.join(contexts, 'file_contexts'), fileContexts);
  return root;
}

/** Builds the packages fx-setup, fx-base, fx-kernel, fx-openssh and fx-cloud-init of a root into a folder. */
export async function wrapRoot(root: string, target: string): Promise<void> {
  const folder = await mkdtemp(path.join(path.dirname(root), 'wrap-'));
  const [kernel = ''] = await readdir(path.join(root, 'usr/lib/modules'));
  const { stdout } = await exec('/usr/bin/python3', ['-I', '-B', wrap, root, folder, kernel]);
  const settings = {
    ...rpmDefines,
    _binary_payload: 'w1.zstdio',
    _topdir: folder,
    _rpmdir: target,
    _unpackaged_files_terminate_build: '0',
    _missing_doc_files_terminate_build: '0',
  };
  const options = Object.entries(settings).flatMap(([name, value]) => ['--define', `${name} ${value}`]);
  // The names of owners are those of the root, not of this machine.
  const names = ['passwd', 'group'].flatMap((name) => ['--ro-bind', `${root}/etc/${name}`, `/etc/${name}`]);
  await exec(
    'bwrap',
    [
      ...['--bind', '/', '/', ...names, '--', 'rpmbuild', '-bb', '--quiet', '--noclean', ...options],
      ...['--buildroot', path.join(folder, 'tree'), ...stdout.trim().split('\n')],
    ],
    { env: { HOME: folder, SOURCE_DATE_EPOCH: String(rpmDate) } },
  );
}
