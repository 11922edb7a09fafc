/** Checks of the image before anything booted it: its size, and that it brings no identity along. */
import { formatEnding } from '../image-formats.ts';
import type { DiskView } from '../inspection.ts';
import { failed, type ImageCheck, judgeFindings, passed } from './check.ts';

const mebibyte = 1024 * 1024;

const downloadSize: ImageCheck = {
  id: 'download-size',
  title: 'Published files are small enough',
  purpose: 'Each file is downloaded by many, and growth should be noticed when it happens.',
  expectation: 'No published file is larger than `limits.downloadMiB` of the stream.',
  measures: {
    qcow2MiB: 'size of the file',
    rawZstMiB: 'size of the file',
    ociMiB: 'size of the archive',
    dockerArchiveMiB: 'size of the archive',
  },
  async inspect(_disk, { artifacts, job }) {
    const sizes = artifacts.map(({ name, size }) => ({
      size,
      text: `${name}: ${Math.ceil(size / mebibyte)} MiB`,
    }));
    const limit = job.limits.downloadMiB;
    const figures = Object.fromEntries(
      job.formats.flatMap((format) =>
        artifacts
          .filter(({ name }) => name.endsWith(`.${formatEnding(format)}`))
          .map(({ size }) => [nameFigure(format), Math.round((size / mebibyte) * 10) / 10]),
      ),
    );
    return judgeFindings(
      sizes.filter(({ size }) => size > limit * mebibyte).map(({ text }) => `${text} of ${limit} MiB`),
      sizes.map(({ text }) => text).join('\n'),
      figures,
    );
  },
};

/** `rawZstMiB` for `raw.zst`. */
function nameFigure(format: string): string {
  return `${format.replace(/[.-](.)/g, (_, letter: string) => letter.toUpperCase())}MiB`;
}

const usedSize: ImageCheck = {
  id: 'used-size',
  title: 'The root file system is small enough',
  purpose: 'Users pay for the disk, and growth should be noticed when it happens.',
  expectation: 'The root file system uses no more than `limits.usedMiB` of the stream.',
  measures: { usedMiB: 'space used in the root file system, its own structures included' },
  async inspect(disk, { job }) {
    const used = Math.ceil(await disk.usedMiB());
    const seen = `${used} of ${job.limits.usedMiB} MiB`;
    const figures = { usedMiB: used };
    return used <= job.limits.usedMiB ? passed(seen, figures) : failed(seen, figures);
  },
};

const noHostKeys: ImageCheck = {
  id: 'no-host-keys',
  title: 'No ssh host keys',
  purpose: 'With keys from the image every instance would have the same, and everybody could have them.',
  expectation: 'There is no ssh_host_* file in /etc/ssh.',
  async inspect(disk) {
    const names = (await disk.list('/etc/ssh')) ?? [];
    return judgeFindings(
      names.filter((name) => name.startsWith('ssh_host_')).map((name) => `/etc/ssh/${name}`),
      'none',
    );
  },
};

/** `uninitialized` is systemd's word for "make one at first boot" (machine-id(5)). */
const noMachineId: ImageCheck = {
  id: 'no-machine-id',
  title: 'No machine ID',
  purpose: 'Machines with the same ID get the same DHCP address and cannot be told apart in logs.',
  expectation: '/etc/machine-id is empty, says uninitialized or is not there, and D-Bus has none of its own.',
  async inspect(disk) {
    const findings: string[] = [];
    for (const path of ['/etc/machine-id', '/var/lib/dbus/machine-id']) {
      const content = (await disk.read(path))?.trim() ?? '';
      if (content !== '' && content !== 'uninitialized') findings.push(`${path} has content`);
    }
    return judgeFindings(findings, 'none');
  },
};

const noSecrets: ImageCheck = {
  id: 'no-random-seed',
  title: 'No random seed and no host secret',
  purpose: 'A seed that is known weakens every key that is made with it.',
  expectation: 'No random seed and no systemd credential secret is stored.',
  async inspect(disk) {
    const paths = [
      '/var/lib/systemd/random-seed',
      '/var/lib/systemd/credential.secret',
      '/var/lib/urandom/random-seed',
      '/boot/loader/random-seed',
    ];
    return judgeFindings(await present(disk, paths), 'none');
  },
};

const noAuthorizedKeys: ImageCheck = {
  id: 'no-authorized-keys',
  title: 'No keys of users',
  purpose: 'Whoever has the other half of a key in the image could log in to every instance.',
  expectation:
    'No home folder holds authorized_keys or a private key, save those that the kickstart adds by sshkey.',
  async inspect(disk, { spec }) {
    const asked = new Set(spec.sshKeys.map(({ user }) => user));
    const homes = [
      { user: 'root', path: '/root' },
      ...((await disk.list('/home')) ?? []).map((name) => ({ user: name, path: `/home/${name}` })),
    ];
    const findings: string[] = [];
    for (const { user, path } of homes) {
      for (const name of (await disk.list(`${path}/.ssh`)) ?? []) {
        const known = name.startsWith('authorized_keys') && asked.has(user);
        if (!known) findings.push(`${path}/.ssh/${name}`);
      }
    }
    return judgeFindings(findings, 'none');
  },
};

/** Which of these paths exist. */
export async function present(disk: DiskView, paths: readonly string[]): Promise<string[]> {
  const found: string[] = [];
  for (const path of paths) {
    const cut = path.lastIndexOf('/');
    const names = await disk.list(cut === 0 ? '/' : path.slice(0, cut));
    if (names?.includes(path.slice(cut + 1)) === true) found.push(path);
  }
  return found;
}

export const identityChecks: readonly ImageCheck[] = [noHostKeys, noMachineId, noSecrets, noAuthorizedKeys];
export const sizeChecks: readonly ImageCheck[] = [downloadSize, usedSize];
