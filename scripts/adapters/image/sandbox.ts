/**
 * The two walls of a build. The outer one holds the whole build: a user namespace in which the caller is root over its
 * own ids, no network, no other processes, no host name, and of the host's files only /usr and what the build is given.
 * The inner one holds what a kickstart's author wrote: the image's root is all it sees, with few capabilities.
 */
import { tied } from '../host/exec.ts';

/** Fixed places inside the outer wall, so that no path of the host can reach the image. */
export const inside = {
  /** Memory file system: gone with the build, however it ends. */
  build: '/build',
  root: '/build/root',
  /** The package store, read-only. */
  store: '/store',
  /** Where results go. */
  out: '/out',
  /** Files of a builder image, read-only; there when the request has one. */
  builder: '/builder',
} as const;

export interface OuterWall {
  /** Files and folders of the host that stay readable at the same path: our code and the Node that runs it. */
  readable: readonly string[];
  store: string;
  out: string;
  /** Root of a builder image. */
  builder?: string | undefined;
}

/** The environment of everything inside: the same on every machine. */
export function buildEnvironment(epoch: number): Record<string, string> {
  return {
    PATH: '/usr/sbin:/usr/bin:/sbin:/bin',
    HOME: '/root',
    LANG: 'C.UTF-8',
    LC_ALL: 'C.UTF-8',
    TZ: 'UTC',
    TMPDIR: '/tmp',
    SOURCE_DATE_EPOCH: String(epoch),
    E2FSPROGS_FAKE_TIME: String(epoch),
    DEBIAN_FRONTEND: 'noninteractive',
    DEBCONF_NONINTERACTIVE_SEEN: 'true',
    DEBCONF_NOWARNINGS: 'yes',
  };
}

/** Both walls: no network, no processes of others, a host name that is always the same, and no life of its own. */
const apart = [
  ...['--unshare-net', '--unshare-pid', '--unshare-ipc', '--unshare-uts'],
  ...['--hostname', 'localhost', '--die-with-parent', '--new-session', '--clearenv'],
];

const usrMerged = ['bin', 'sbin', 'lib', 'lib32', 'lib64', 'libx32'];

/** Command line that runs `command` behind the outer wall. Needs a range in /etc/subuid and /etc/subgid, not root. */
export function outerWall(wall: OuterWall, command: readonly string[]): [string, string[]] {
  return tied('unshare', [
    '--user',
    '--map-root-user',
    '--map-auto',
    '--',
    'bwrap',
    '--ro-bind',
    '/usr',
    '/usr',
    ...usrMerged.flatMap((name) => ['--symlink', `usr/${name}`, `/${name}`]),
    '--ro-bind',
    '/etc/alternatives',
    '/etc/alternatives',
    '--dir',
    '/etc/apt',
    '--dir',
    '/etc/dpkg',
    '--dev',
    '/dev',
    '--proc',
    '/proc',
    '--ro-bind',
    '/sys',
    '/sys',
    ...['/tmp', '/run', '/root', inside.build].flatMap((path) => ['--tmpfs', path]),
    '--dir',
    '/var',
    '--symlink',
    '/tmp',
    '/var/tmp',
    ...wall.readable.flatMap((path) => ['--ro-bind', path, path]),
    '--ro-bind',
    wall.store,
    inside.store,
    '--bind',
    wall.out,
    inside.out,
    ...(wall.builder === undefined ? [] : ['--ro-bind', wall.builder, inside.builder]),
    ...apart,
    '--chdir',
    '/',
    '--cap-add',
    'ALL',
    '--',
    ...command,
  ]);
}

/** What a script of an image may do: change owners and modes, switch users, and no more (capabilities(7)). */
const scriptCapabilities = [
  'CHOWN',
  'DAC_OVERRIDE',
  'FOWNER',
  'FSETID',
  'SETUID',
  'SETGID',
  'SETFCAP',
  'SYS_CHROOT',
  'KILL',
];

/**
 * Parts of /proc that set up the kernel for the whole host. Their owner is the host's root, who needs no capability to
 * write there, and who a script is when root builds.
 */
const kernelControls = ['acpi', 'fs', 'mtrr', 'scsi', 'sys', 'sysrq-trigger'];

/**
 * Command line that runs `command` in the image's root behind the inner wall; used inside the outer one, whose user
 * namespace it keeps because files need more than one id.
 */
export function innerWall(
  command: readonly string[],
  environment: Record<string, string>,
): [string, string[]] {
  return [
    'bwrap',
    [
      '--bind',
      inside.root,
      '/',
      '--dev',
      '/dev',
      '--proc',
      '/proc',
      ...kernelControls.flatMap((name) => ['--ro-bind-try', `/proc/${name}`, `/proc/${name}`]),
      '--tmpfs',
      '/tmp',
      '--tmpfs',
      '/run',
      ...apart,
      ...Object.entries(environment).flatMap(([name, value]) => ['--setenv', name, value]),
      '--chdir',
      '/',
      '--cap-drop',
      'ALL',
      ...scriptCapabilities.flatMap((name) => ['--cap-add', `CAP_${name}`]),
      '--',
      ...command,
    ],
  ];
}
