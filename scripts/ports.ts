/** What a stage may ask of the world. Adapters implement these; tests use fakes written by hand. */

import type { CommandResult, DiskView, Firmware } from './model/inspection.ts';
import type { ImageSpec } from './model/kickstart/image-spec.ts';
import type { Tree } from './model/tree.ts';
import type {
  Architecture,
  ContainerDigests,
  FileRef,
  Format,
  Job,
  KickstartLine,
  PackageRequest,
  ParsedKickstart,
  PayloadKind,
  Pin,
  Pins,
  Tools,
} from './model/types.generated.ts';
import type { Builder, Builders } from './ports/builders.ts';
import type { Cloud } from './ports/cloud.ts';
import type { Containers } from './ports/containers.ts';
import type { Logins } from './ports/logins.ts';
import type { Mail } from './ports/mail.ts';
import type { Registry } from './ports/registry.ts';
import type { ReleasePages } from './ports/release-pages.ts';
import type { Signer, Verifier } from './ports/sign.ts';
import type { SitePublisher } from './ports/site.ts';

export type { CommandResult, DiskEntry, DiskView, Firmware } from './model/inspection.ts';
export type { Tree } from './model/tree.ts';

/** What a run says while it works. Never a secret. */
export interface Log {
  /** Something a person wants to know. */
  info(message: string): void;
  warn(message: string): void;
  /** Starts a piece of long work; progress lines belong to it until `done`. */
  task(title: string): Task;
}

export interface Task {
  /** `total` may be unknown (undefined); unit is 'bytes', 'packages', 'checks', or 'steps'. */
  progress(done: number, total: number | undefined, unit: string): void;
  /** What it is doing now, in a few words. */
  note(text: string): void;
  done(summary?: string): void;
  failed(reason: string): void;
}

export interface Clock {
  now(): Date;
  /** Goes on after this many milliseconds. */
  sleep(ms: number): Promise<void>;
}

/** Packages by sha256, so that pins stay buildable after the mirror has dropped them. */
export interface Store {
  /** Path of the stored file; undefined when the store lacks it. Does not read the content. */
  find(sha256: string): Promise<string | undefined>;
  /** Path of the stored file after its content was read and found to match; a file that does not match is removed. */
  verify(sha256: string): Promise<string | undefined>;
  /** Moves a file in. Safe to repeat. @throws digest-mismatch */
  add(file: string, sha256: string): Promise<string>;
  /** A new folder on the store's file system, for downloads; removed by the caller. */
  temporaryFolder(): Promise<string>;
}

/** Files that stages hand to each other, by digest. */
export interface Artifacts {
  /** Takes a finished file over (by a move) and names it. */
  put(file: string, name: string): Promise<FileRef>;
  /** Local path of a file, verified to match its digest. @throws not-found, digest-mismatch */
  get(ref: FileRef): Promise<string>;
  /** A folder for work in progress, empty at each call with the same name. */
  workFolder(name: string): Promise<string>;
  /** Path of a folder for logs of a stage that people may want to read. Created when missing, kept. */
  logFolder(name: string): Promise<string>;
}

/** Values of stages that ended, so that a run that was killed goes on where it was. */
export interface Values {
  /** The value kept under a name, as it was saved; undefined when there is none or it cannot be read. */
  load(name: string): Promise<unknown>;
  save(name: string, value: unknown): Promise<void>;
}

export interface KickstartParser {
  /** @throws invalid with the file and line of the offending line */
  parse(lines: readonly KickstartLine[]): Promise<ParsedKickstart>;
}

/** The packages of one kind: deb or rpm. */
export interface Payload {
  readonly kind: PayloadKind;
  /**
   * Asks the distribution's own solver, in private state. @throws unsolvable, not-found, unreachable
   * @param builder whose solver it is; default that of this machine
   */
  solve(request: PackageRequest, architecture: Architecture, log: Task, builder?: Builder): Promise<Pin[]>;
  /**
   * Downloads pins into the store, verified; of rpms the signature too.
   * @param asked the pins that these are of: what the kickstart says of repositories holds here too
   * @throws pin-gone naming every package that is gone, digest-mismatch, invalid for a bad signature
   */
  download(
    pins: readonly Pin[],
    store: Store,
    log: Task,
    asked: Pick<Pins, 'request' | 'architecture'> & { builder?: Builder },
  ): Promise<void>;
}

export interface BuildRequest {
  job: Job;
  spec: ImageSpec;
  /** File name of the raw image without extension, such as Debian-Cloud-Base-12-20261122.0.amd64. */
  baseName: string;
  /** Where the result goes; also holds logs while it works. */
  folder: string;
  /** Whose rpm installs the packages; default that of this machine. */
  builder?: Builder;
}

export interface BuildResult {
  /** Absolute paths. */
  raw: string;
  artifacts: { format: Format; path: string }[];
  tools: Tools;
  /** Of a container. */
  container?: ContainerDigests;
}

/** Makes disk images from packages of the store: no network, no clock, no host name. */
export interface ImageBuilder {
  build(request: BuildRequest, store: Store, log: Task): Promise<BuildResult>;
}

export interface BootRequest {
  /** Path of the disk image; never written. */
  disk: string;
  diskFormat: 'raw' | 'qcow2';
  /** Bytes; the guest sees a disk of this size. */
  diskSize: number;
  firmware: Firmware;
  architecture: Architecture;
  /** Folder for serial log, screenshot and seed. */
  folder: string;
  hostname: string;
  /** Who is logged in as, by the key of this run. Default debian. */
  user?: string;
  /** A disk besides the image's, which outlives the guest: a raw file that the guest writes. Of one guest at a time. */
  dataDisk?: DataDisk;
  /** Folder of a key for several guests, made there by the first. Default: a key of this guest's own. */
  keyFolder?: string;
  /** User data for the public half of the guest's key, instead of what the checks ask for. */
  userData?: (publicKey: string) => string;
}

export interface DataDisk {
  /** Absolute path. */
  file: string;
  /** By which the guest knows it: lower-case letters and dashes, at most 20. */
  serial: string;
}

/** A running guest with the key of this run in its default user. */
export interface Machine {
  /** Waits until ssh answers with a shell. @throws qa-failed when it does not within the limit */
  waitForLogin(seconds: number): Promise<void>;
  /** Runs a script by `sudo bash -s` in the guest. `onLine` sees each line of its output as it comes. */
  run(script: string, seconds: number, onLine?: (line: string) => void): Promise<CommandResult>;
  /** An ssh login attempt that runs `id`, with these options for the ssh client and no key unless told. */
  tryLogin(options: readonly string[], key?: 'with-key' | 'without-key'): Promise<CommandResult>;
  /** Reboots the guest and waits until ssh answers from another boot. */
  reboot(seconds: number): Promise<void>;
  /** Port at 10.0.2.2 that the guest reaches, where a listener answers "aperiodic" to whatever it is sent. */
  readonly echoPort: number;
  /** Last lines of the serial console. */
  serialTail(lines: number): Promise<string>;
  screenshot(name: string): Promise<string | undefined>;
  stop(): Promise<void>;
}

/** One that runs here, as this process started it. */
export interface LocalMachine extends Machine {
  /** Asks the guest to power off and waits until it has. @throws qa-failed when it does not within the limit */
  shutdown(seconds: number): Promise<void>;
  /** Public half of the key of this run, a line of authorized_keys. */
  readonly publicKey: string;
}

export interface Machines {
  /** kvm only when a probe guest really ran. */
  accelerator(architecture?: Architecture): Promise<'kvm' | 'tcg'>;
  boot(request: BootRequest): Promise<LocalMachine>;
}

/** Reads a disk image without booting or mounting it. */
export interface DiskReader {
  /** Paths are absolute in the root file system. */
  open(raw: string): Promise<DiskView>;
}

/** A place that holds releases: folders of files, complete or not there. */
export interface Mirror {
  readonly id: string;
  /** Whether the folder is there and every file in it was read back and matches. */
  holds(folder: string, files: readonly MirrorFile[]): Promise<boolean>;
  /**
   * Brings files under a hidden name, checks them, and shows the folder at the end. Safe to repeat. A mirror that can
   * only show one file after the other shows the last of the list last: a folder without it is not complete.
   * @throws conflict when the folder is there with other content, digest-mismatch, unreachable, disk-full
   */
  publish(folder: string, files: readonly MirrorFile[], log: Task): Promise<void>;
  /** Copies one published file to a local path. Its bytes are for the caller to check. @throws not-found, unreachable */
  retrieve(folder: string, name: string, target: string): Promise<void>;
  /**
   * Puts one small file in the place of an older one, so that readers see one or the other, and reads it back. The only
   * kind of file that changes; nothing is written when it is there already.
   * @throws digest-mismatch, unreachable, disk-full
   */
  replace(folder: string, name: string, content: string): Promise<void>;
  /** Content of one small file; undefined when it is not there. @throws invalid when it is larger, unreachable */
  read(folder: string, name: string, maxBytes: number): Promise<string | undefined>;
  /** Names of folders below a folder, hidden ones left out. */
  list(folder: string): Promise<string[]>;
  remove(folder: string): Promise<void>;
}

export interface MirrorFile {
  name: string;
  /** Local path. */
  path: string;
  sha256: string;
  size: number;
}

export interface CommitRequest {
  message: string;
  /**
   * Gives the files to write for the tree it is shown; called again for each newer head when somebody else pushed
   * first. An empty list means there is nothing left to write.
   */
  render(tree: Tree): Promise<{ path: string; content: string }[]>;
}

/** The main branch that records go to. */
export interface Forge {
  /** The newest commit of the main branch, fetched. */
  head(): Promise<Tree>;
  /** Commits on top of the newest head and pushes, never by force. Returns the commit on main that has the files. */
  commit(request: CommitRequest): Promise<string>;
}

export type { Advisories, FeedReport, LoadedAdvisories } from './ports/advisories.ts';
export type { Builder, Builders } from './ports/builders.ts';
export type { Cloud, CloudImage, CloudRegion, CloudSnapshot, Sharing } from './ports/cloud.ts';
export type { ContainerFacts, Containers } from './ports/containers.ts';
export type { CloudInstance, CloudInstances, InstanceRequest } from './ports/instances.ts';
export type { Address, Login, Logins, Shell } from './ports/logins.ts';
export type { Mail, Message } from './ports/mail.ts';
export type { ContainerRelease, Registry } from './ports/registry.ts';
export type { ReleasePage, ReleasePages } from './ports/release-pages.ts';
export type { PublicKey, Signature, Signer, SigningKey, Verifier } from './ports/sign.ts';

export interface Ports {
  log: Log;
  clock: Clock;
  store: Store;
  artifacts: Artifacts;
  values: Values;
  kickstarts: KickstartParser;
  payloads: Record<PayloadKind, Payload>;
  builders: Builders;
  images: ImageBuilder;
  machines: Machines;
  disks: DiskReader;
  containers: Containers;
  /** @throws not-found when configuration has no address for the id */
  mirror(id: string): Mirror;
  /** A container registry. @throws not-found when configuration has no address for the id */
  registry(id: string): Registry;
  forge: Forge;
  /** Left out where the forge has no such pages. */
  releasePages?: ReleasePages;
  /** Makes no call before it is asked for something. */
  cloud: Cloud;
  signer: Signer;
  verifier: Verifier;
  logins: Logins;
  mail: Mail;
  /** Absent where no site is tended. */
  site?: SitePublisher;
  /**
   * What must be ended when the run is interrupted by a signal, before the process goes. Returns what takes it back. Whatever
   * ends with the process need not be named here.
   */
  onInterrupt(end: () => Promise<void>): () => void;
}
