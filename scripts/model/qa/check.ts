/** What a check is: data with an ID, a purpose and an expectation, plus a small pure judge. */
import type { CommandResult, DiskView, Guest } from '../inspection.ts';
import type { ImageSpec } from '../kickstart/image-spec.ts';
import type { Figures, Job, PayloadKind } from '../types.generated.ts';

export type Where = 'image' | Guest;

/** What the checks compare with: everything that is known before the image is looked at. */
export interface Context {
  job: Job;
  spec: ImageSpec;
  /** Published files of the image. Sizes in bytes. */
  artifacts: readonly { name: string; size: number }[];
}

/** What the checks of a guest know besides. */
export interface GuestContext extends Context {
  guest: Guest;
  /** Bytes of the disk that the guest was given. */
  diskSize: number;
  /** Port at 10.0.2.2 that answers "aperiodic" to anything. */
  echoPort: number;
  /** Of the guest ec2. */
  instance?: InstanceFacts;
}

/** An instance of the AMI, and what it was launched with. */
export interface InstanceFacts {
  id: string;
  ami: string;
  region: string;
  /** The image's default user. */
  user: string;
  /** A line of authorized_keys. */
  publicKey: string;
  /** What the user-data script writes. */
  mark: string;
}

export interface Verdict {
  passed: boolean;
  /** What was found, in a line or a few. */
  seen: string;
  /** What was measured, for the record and for comparing with the release before. */
  figures?: Figures;
}

interface CheckText {
  /** Lower-case words joined by dashes; never used for anything else once released. */
  id: string;
  title: string;
  /** Why a user of the image would care. One sentence. */
  purpose: string;
  /** What must be found for it to pass. One sentence. */
  expectation: string;
  /** What it measures, by name of the figure, in a few words each. */
  measures?: Readonly<Record<string, string>>;
}

/** Looks at the image before anything booted it. */
export interface ImageCheck extends CheckText {
  inspect(disk: DiskView, context: Context): Promise<Verdict>;
}

/** What a script printed in the guest. */
export interface Answer {
  exitCode: number;
  stdout: string;
  stderr: string;
  /** How long it took by the guest's clock. */
  seconds: number;
  /** Milliseconds since the epoch, by the host's clock, when its answer arrived. */
  receivedAt: number;
}

/** What an image is for beyond being a machine: `checks` of its stream. */
export type Purpose = NonNullable<Job['checks']>[number];

export type Phase = 'after-boot' | 'after-reboot';

/** Runs a script as root in the guest. */
export interface GuestCheck extends CheckText {
  guests: readonly Guest[];
  phase: Phase;
  /** Runs only in images whose stream asks for it. */
  needs?: Purpose;
  /** Runs only in images of such packages. */
  payload?: PayloadKind;
  /** Time limit of the script. */
  seconds: number;
  /** Bash. May print anything; its exit code is part of the answer. */
  script(context: GuestContext): string;
  judge(answer: Answer, context: GuestContext): Verdict;
}

/** Looks at the guest from the host. */
export interface OutsideCheck extends CheckText {
  guests: readonly Guest[];
  phase: Phase;
  probe(guest: Outside): Promise<Verdict>;
}

/** What an outside check may do with the guest: a part of the Machine port. */
export interface Outside {
  tryLogin(options: readonly string[], key?: 'with-key' | 'without-key'): Promise<CommandResult>;
  serialTail(lines: number): Promise<string>;
}

/** What the stage finds out itself while it starts and restarts guests; listed here for the documentation. */
export interface BootCheck extends CheckText {
  guests: readonly Guest[];
}

export const everyFirmware: readonly Guest[] = ['bios', 'uefi'];
/** The guest that gets all checks; the other one shows that its firmware starts the same image as well. */
export const mainFirmware: readonly Guest[] = ['bios'];
/** What every guest must pass, an instance of the AMI too. */
export const everyGuest: readonly Guest[] = ['bios', 'uefi', 'ec2'];
/** What a data source or the hardware of a cloud may change: tested in one guest, and again in an instance of the AMI. */
export const mainGuests: readonly Guest[] = ['bios', 'ec2'];

export function passed(seen: string, figures?: Figures): Verdict {
  return { passed: true, seen, ...(figures === undefined ? {} : { figures }) };
}

export function failed(seen: string, figures?: Figures): Verdict {
  return { passed: false, seen, ...(figures === undefined ? {} : { figures }) };
}

/** Passed when nothing is wrong, else failed with the first findings. */
export function judgeFindings(findings: readonly string[], otherwise: string, figures?: Figures): Verdict {
  if (findings.length === 0) return passed(otherwise, figures);
  const shown = findings.slice(0, maxFindings);
  const rest = findings.length - shown.length;
  return failed([...shown, ...(rest > 0 ? [`and ${rest} more`] : [])].join('\n'), figures);
}

const maxFindings = 20;

/** `key=value` lines of a script's output. Later ones win; other lines are ignored. */
export function readFields(text: string): Map<string, string> {
  const fields = new Map<string, string>();
  for (const line of text.split('\n')) {
    const match = /^([a-z_]+)=(.*)$/.exec(line);
    if (match?.[1] !== undefined && match[2] !== undefined) fields.set(match[1], match[2].trim());
  }
  return fields;
}

/** A word for bash that stands for exactly this text. */
export function quoteWord(text: string): string {
  return `'${text.replaceAll("'", `'\\''`)}'`;
}
