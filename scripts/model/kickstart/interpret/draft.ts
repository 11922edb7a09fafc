/** The image as far as it is known while a kickstart is read, and what handlers of commands share. */
import type { GroupRequest, KickstartCommand, PayloadKind, RequestedSource } from '../../types.generated.ts';
import type {
  FirewallSpec,
  GroupSpec,
  ImageKind,
  PartitionSpec,
  ScriptSpec,
  SelinuxMode,
  UserSpec,
} from '../image-spec.ts';
import type { Report } from '../report.ts';

/** What holds for an image whose kickstart does not say. */
export const defaults = {
  lang: 'C.UTF-8',
  keyboard: 'us',
  timezone: 'Etc/UTC',
  /** GRUB's own. */
  bootTimeoutSeconds: 5,
} as const;

export interface Draft {
  kind: ImageKind;
  payload: PayloadKind;
  /** Ids of the stream's repositories, the one of the installation source first. */
  repositories: readonly string[];
  /** Addresses of url and repo lines. */
  sources: RequestedSource[];
  environment?: string;
  /** Groups of comps by name: the last mention counts. */
  groups: Map<string, { group: GroupRequest; line: number; excluded: boolean }>;
  partitions: PartitionSpec[];
  /** The machine has no BIOS, and the disk no partition for one. */
  withoutBios?: true;
  /** Lines of part, by mount point. */
  partLines: Map<string, number>;
  append: string;
  timeoutSeconds: number;
  lang: { name: string; line?: number; others?: string[] };
  keyboard: string;
  selinux?: { mode: SelinuxMode; line: number };
  timezone: string;
  rootLocked: boolean;
  rootPasswordHash?: string;
  users: UserSpec[];
  userGroups: GroupSpec[];
  userGroupLines: Map<string, number>;
  firewall?: { spec: FirewallSpec; line: number };
  time: { servers: string[]; serversAt?: number; disabledAt?: number };
  enabled: Set<string>;
  disabled: Set<string>;
  hostname?: string;
  sshKeys: { user: string; key: string; line: number }[];
  scripts: ScriptSpec[];
  core: boolean;
  weakDependencies: boolean;
  excludeDocs: boolean;
  languages?: string[];
  /** Packages by name: line of the last mention, and what it says. */
  packages: Map<string, { line: number; excluded: boolean }>;
}

export function emptyDraft(payload: PayloadKind, repositories: readonly string[]): Draft {
  return {
    kind: 'disk',
    payload,
    repositories,
    sources: [],
    groups: new Map(),
    partitions: [],
    partLines: new Map(),
    append: '',
    timeoutSeconds: defaults.bootTimeoutSeconds,
    lang: { name: defaults.lang },
    keyboard: defaults.keyboard,
    timezone: defaults.timezone,
    rootLocked: true,
    users: [],
    userGroups: [],
    userGroupLines: new Map(),
    time: { servers: [] },
    enabled: new Set(),
    disabled: new Set(),
    sshKeys: [],
    scripts: [],
    core: true,
    weakDependencies: true,
    excludeDocs: false,
    packages: new Map(),
  };
}

/**
 * Puts what a command asks for into the draft, or refuses it in the report. Options that the table refuses were reported,
 * and no image is made then.
 */
export type Handler = (command: CommandReader, draft: Draft, report: Report) => void;

/** A command with its options by type. */
export class CommandReader {
  readonly name: string;
  readonly line: number;
  readonly arguments: readonly string[];
  readonly #options: KickstartCommand['options'];

  constructor(command: KickstartCommand) {
    this.name = command.name;
    this.line = command.line;
    this.arguments = command.arguments;
    this.#options = command.options;
  }

  get hasOptions(): boolean {
    return Object.keys(this.#options).length > 0;
  }

  has(option: string): boolean {
    return Object.hasOwn(this.#options, option);
  }

  text(option: string): string | undefined {
    const value = this.has(option) ? this.#options[option] : undefined;
    return value === undefined || value === null ? undefined : String(value);
  }

  integer(option: string): number | undefined {
    const value = this.has(option) ? this.#options[option] : undefined;
    return typeof value === 'number' && Number.isSafeInteger(value) ? value : undefined;
  }

  list(option: string): string[] {
    const value = this.has(option) ? this.#options[option] : undefined;
    return Array.isArray(value) ? value : value === undefined || value === null ? [] : [String(value)];
  }
}
