/** What a kickstart asks of the builder, with everything that was ignored or refused taken out. */
import type { PackageRequest } from '../types.generated.ts';

/** Where something was written, for messages. */
export interface Origin {
  file: string;
  line: number;
}

export interface PartitionSpec {
  /** '/', '/boot', '/boot/efi', 'swap', or 'biosboot'. */
  mount: string;
  fstype: 'ext4' | 'efi' | 'biosboot' | 'swap';
  sizeMiB: number;
  grow: boolean;
  label?: string;
  /** Words given to mke2fs, from --mkfsoptions. */
  mkfsOptions: string[];
  /** fstab options, from --fsoptions. */
  mountOptions?: string;
  /** The command that has this size by itself: nobody wrote it. */
  standardOf?: 'reqpart' | 'autopart';
  origin: Origin;
}

export interface ScriptSpec {
  interpreter: string;
  body: string;
  /** Path in the image that gets the output, from --log. */
  log?: string;
  origin: Origin;
}

export interface UserSpec {
  name: string;
  uid?: number;
  gid?: number;
  gecos?: string;
  homedir?: string;
  shell?: string;
  groups: string[];
  /** Crypt hash; undefined means no password. */
  passwordHash?: string;
  locked: boolean;
  origin: Origin;
}

export interface GroupSpec {
  name: string;
  gid?: number;
  origin: Origin;
}

/** What firewalld is told; there only when it is installed. */
export interface FirewallSpec {
  enabled: boolean;
  services: string[];
  /** Services that are closed. */
  removed: string[];
  /** PORT:PROTOCOL or FIRST-LAST:PROTOCOL. */
  ports: string[];
  /** Links from which everything is let in. */
  trusted: string[];
  origin: Origin;
}

/** A disk that boots, or the root of a container, which has no partitions, kernel and boot loader. */
export type ImageKind = 'disk' | 'container';

export type SelinuxMode = 'enforcing' | 'permissive' | 'disabled';

export interface ImageSpec {
  kind: ImageKind;
  request: PackageRequest;
  /** Where each package was asked for, for errors of the solver. */
  packageOrigins: Record<string, Origin>;
  excludeDocs: boolean;
  /** Locales to keep; undefined keeps all, an empty list none. */
  languages?: string[];
  /** None in a container. */
  partitions: PartitionSpec[];
  bootloader: { append: string; timeoutSeconds: number };
  lang: string;
  /** Other locales that must be there, of rpm systems. */
  moreLocales?: string[];
  /** Mode of SELinux, of rpm systems; undefined leaves what the policy's package says. */
  selinux?: SelinuxMode;
  keyboard: string;
  timezone: string;
  rootLocked: boolean;
  rootPasswordHash?: string;
  users: UserSpec[];
  /** Made before the users. */
  groups?: GroupSpec[];
  firewall?: FirewallSpec;
  /** Servers that the clock is set from, best first; undefined leaves what the distribution has. */
  timeServers?: string[];
  /** The clock is not set from the network. */
  timeDisabled?: true;
  services: { enabled: string[]; disabled: string[] };
  hostname?: string;
  /** ssh keys added by sshkey. */
  sshKeys: { user: string; key: string }[];
  scripts: ScriptSpec[];
}
