/** Checks of modes and owners in the image (inode(7)): what every user of an instance could do without asking. */
import type { DiskEntry } from '../inspection.ts';
import { type ImageCheck, judgeFindings } from './check.ts';

const setuid = 0o4000;
const setgid = 0o2000;
const sticky = 0o1000;
const worldWritable = 0o002;

/**
 * Programs that may act for another user: those of Debian's and Fedora's base systems (shadow, util-linux, sudo, PAM,
 * openssh, D-Bus). A package that brings another one is a decision for a person.
 */
const knownPrograms = new Set([
  '/usr/bin/chage',
  '/usr/bin/chfn',
  '/usr/bin/chsh',
  '/usr/bin/expiry',
  '/usr/bin/gpasswd',
  '/usr/bin/mount',
  '/usr/bin/newgrp',
  '/usr/bin/passwd',
  '/usr/bin/ssh-agent',
  '/usr/bin/su',
  '/usr/bin/sudo',
  '/usr/bin/umount',
  '/usr/lib/dbus-1.0/dbus-daemon-launch-helper',
  '/usr/lib/openssh/ssh-keysign',
  '/usr/libexec/dbus-1/dbus-daemon-launch-helper',
  '/usr/libexec/openssh/ssh-keysign',
  '/usr/sbin/pam_timestamp_check',
  '/usr/sbin/unix_chkpwd',
]);

function describe({ path, mode, uid, gid }: DiskEntry): string {
  return `${path} (${mode.toString(8).padStart(4, '0')}, ${uid}:${gid})`;
}

const setuidFiles: ImageCheck = {
  id: 'setuid-files',
  title: 'Only known programs act for another user',
  purpose: 'A fault in a setuid program gives every user the rights of its owner.',
  expectation: `No file is setuid or setgid but ${[...knownPrograms].join(', ')}.`,
  measures: { setuidFiles: 'paths of setuid and setgid files' },
  async inspect(disk) {
    const found = (await disk.walk('/')).filter(
      ({ kind, mode }) => kind === 'file' && (mode & (setuid | setgid)) !== 0,
    );
    const paths = found.map(({ path }) => path).sort();
    return judgeFindings(
      found.filter(({ path }) => !knownPrograms.has(path)).map(describe),
      `${found.length} files, all known`,
      { setuidFiles: paths },
    );
  },
};

const worldWritableFiles: ImageCheck = {
  id: 'world-writable',
  title: 'Nothing is writable by everybody',
  purpose: 'What everybody can write, everybody can replace: settings, programs, the data of others.',
  expectation: 'No file is writable by everybody, and no folder is without the sticky bit (/tmp, /var/tmp).',
  measures: { sharedFolders: 'paths of folders that everybody may write in, with the sticky bit' },
  async inspect(disk) {
    const found = (await disk.walk('/')).filter(
      ({ kind, mode }) => (kind === 'file' || kind === 'folder') && (mode & worldWritable) !== 0,
    );
    const shared = found.filter(({ kind, mode }) => kind === 'folder' && (mode & sticky) !== 0);
    const paths = shared.map(({ path }) => path).sort();
    return judgeFindings(
      found.filter((entry) => !shared.includes(entry)).map(describe),
      paths.length === 0 ? 'none' : `with the sticky bit: ${paths.join(', ')}`,
      { sharedFolders: paths },
    );
  },
};

/** Numbers in the third field of a file as passwd(5) and group(5) describe. */
function readNumbers(text: string): Set<number> {
  return new Set(
    text
      .split('\n')
      .map((line) => line.split(':')[2])
      .filter((field) => field !== undefined && /^\d+$/.test(field))
      .map(Number),
  );
}

const unownedFiles: ImageCheck = {
  id: 'unowned-files',
  title: 'Every file has an owner',
  purpose: 'The next account that is made gets the number, and with it the files.',
  expectation: 'User and group of each file are in /etc/passwd and /etc/group.',
  async inspect(disk) {
    const users = readNumbers((await disk.read('/etc/passwd')) ?? '').add(0);
    const groups = readNumbers((await disk.read('/etc/group')) ?? '').add(0);
    const strange = (await disk.walk('/')).filter(({ uid, gid }) => !users.has(uid) || !groups.has(gid));
    return judgeFindings(strange.map(describe), 'all files');
  },
};

export const permissionChecks: readonly ImageCheck[] = [setuidFiles, worldWritableFiles, unownedFiles];
