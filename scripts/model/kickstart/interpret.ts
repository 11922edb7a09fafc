/** From what pykickstart understood to what the builder shall make, with every refusal at its line. */
import { AperiodicError } from '../errors.ts';
import { hasBios } from '../machine.ts';
import type {
  Architecture,
  KickstartCommand,
  KickstartLine,
  ParsedKickstart,
  PayloadKind,
} from '../types.generated.ts';
import type { ImageSpec, Origin } from './image-spec.ts';
import { checkKeys, readRootPassword, readSshKey, readUser } from './interpret/accounts.ts';
import { checkLayout, readBootloader, readPartition } from './interpret/disk.ts';
import { CommandReader, type Draft, emptyDraft, type Handler } from './interpret/draft.ts';
import { checkFirewall, readFirewall } from './interpret/firewall.ts';
import { checkGroups, readGroup } from './interpret/groups.ts';
import { leaveOutBios } from './interpret/no-bios.ts';
import { readRepo, readUrl } from './interpret/repositories.ts';
import { readAutomaticPartitions, readRequiredPartitions } from './interpret/reqpart.ts';
import { readOtherSection, readPackages, readScript } from './interpret/sections.ts';
import { finishSpec } from './interpret/spec.ts';
import {
  checkLang,
  readKeyboard,
  readLang,
  readNetwork,
  readSelinux,
  readServices,
} from './interpret/system.ts';
import { checkTime, readTimesource, readTimezone } from './interpret/time.ts';
import { type Finding, type Refusal, Report } from './report.ts';
import { supportOfCommand, supportOfOption } from './support.ts';

export type { Finding } from './report.ts';

export interface InterpretContext {
  payload: PayloadKind;
  /** Ids of the stream's repositories. */
  repositories: readonly string[];
  /** The kickstart's path, for what is missing from it. Default the file of the first line. */
  entry?: string;
  /** Of the machine; default one with a PC's firmware. */
  architecture?: Architecture;
}

export interface Ignored {
  origin: Origin;
  what: string;
  reason: string;
}

export interface Interpretation {
  spec: ImageSpec;
  ignored: Ignored[];
}

export interface Review {
  /** What became of each line, in order. Of a line with a refused part only the refusals. */
  findings: Finding[];
  /** Undefined when anything was refused. */
  spec: ImageSpec | undefined;
}

const handlers: Readonly<Record<string, Handler>> = {
  autopart: readAutomaticPartitions,
  bootloader: readBootloader,
  firewall: readFirewall,
  group: readGroup,
  keyboard: readKeyboard,
  lang: readLang,
  network: readNetwork,
  part: readPartition,
  partition: readPartition,
  reqpart: readRequiredPartitions,
  repo: readRepo,
  rootpw: readRootPassword,
  selinux: readSelinux,
  services: readServices,
  sshkey: readSshKey,
  timesource: readTimesource,
  timezone: readTimezone,
  url: readUrl,
  user: readUser,
};

/** Commands of which a second line would silently change the first. */
const once = [
  'autopart',
  'bootloader',
  'firewall',
  'keyboard',
  'lang',
  'reqpart',
  'rootpw',
  'selinux',
  'timezone',
  'url',
];
const diskCommands = ['part', 'partition', 'autopart', 'reqpart', 'logvol', 'volgroup', 'raid', 'btrfs'];

/**
 * @param lines the flattened text that `parsed` was read from
 * @throws AperiodicError `unsupported` or `invalid` at the first refused line; `detail` lists the others
 */
export function interpretKickstart(
  parsed: ParsedKickstart,
  lines: readonly KickstartLine[],
  context: InterpretContext,
): Interpretation {
  const { report, spec } = interpret(parsed, lines, context);
  const [first, ...others] = report.refusals();
  if (first !== undefined) throw refusalError(first, others);
  const ignored = report
    .findings()
    .filter(({ standing }) => standing === 'ignored')
    .map(({ origin, what, reason }) => ({ origin, what, reason }));
  return { spec, ignored };
}

/** The same for readers: what is honoured, ignored and refused, line by line. Never throws for a refusal. */
export function reviewKickstart(
  parsed: ParsedKickstart,
  lines: readonly KickstartLine[],
  context: InterpretContext,
): Review {
  const { report, spec } = interpret(parsed, lines, context);
  return { findings: report.findings(), spec: report.refusals().length === 0 ? spec : undefined };
}

function interpret(
  parsed: ParsedKickstart,
  lines: readonly KickstartLine[],
  context: InterpretContext,
): { report: Report; spec: ImageSpec } {
  const report = new Report(lines, context.entry ?? lines[0]?.file ?? 'kickstart');
  const draft = emptyDraft(context.payload, context.repositories);
  const seen = new Map<string, number>();
  let diskRefused = false;
  for (const command of parsed.commands) {
    const refusals = report.refusalCount;
    readCommand(command, draft, report, seen);
    if (diskCommands.includes(command.name)) diskRefused ||= report.refusalCount > refusals;
  }
  if (!hasBios(context.architecture ?? 'x86_64')) leaveOutBios(draft, report);
  if (!diskRefused) checkLayout(draft, report);
  if (parsed.packages === null) report.refuseMissing('%packages', 'is missing: what is on the image?');
  else readPackages(parsed.packages, context.payload, draft, report);
  for (const script of parsed.scripts) readScript(script, draft, report);
  for (const section of parsed.sections) readOtherSection(section, report);
  checkLang(draft, report);
  checkKeys(draft, report);
  checkGroups(draft, report);
  checkTime(draft, report);
  checkFirewall(draft, report);
  return { report, spec: finishSpec(draft, context.repositories, (line) => report.origin(line)) };
}

function readCommand(
  command: KickstartCommand,
  draft: Draft,
  report: Report,
  seen: Map<string, number>,
): void {
  const { name, line } = command;
  const support = supportOfCommand(name);
  if (support.standing === 'refused') {
    report.refuse(line, name, support.note);
    return;
  }
  if (command.olderSyntax !== undefined && support.standing === 'honoured') {
    const why = `the line is of an older syntax (${command.olderSyntax}): write it as the newest has it`;
    report.refuse(line, name, why);
    return;
  }
  for (const option of Object.keys(command.options)) {
    const { standing, note } = supportOfOption(support, option);
    if (standing === 'refused') report.refuse(line, `${name} ${option}`, note);
    if (standing === 'ignored' && support.standing === 'honoured')
      report.ignore(line, `${name} ${option}`, note);
  }
  if (support.standing === 'ignored') {
    report.ignore(line, name, support.note);
    return;
  }
  const earlier = seen.get(name);
  if (earlier !== undefined && once.includes(name)) {
    const { file, line: at } = report.origin(earlier);
    report.refuse(line, name, `is given twice, first in ${file}:${at}: keep one`, 'invalid');
    return;
  }
  seen.set(name, line);
  const handler = Object.hasOwn(handlers, name) ? handlers[name] : undefined;
  if (handler === undefined) throw new AperiodicError('internal', `nothing reads the command ${name}`);
  handler(new CommandReader(command), draft, report);
  report.honour(line, name, support.note);
}

function refusalError(first: Refusal, others: readonly Refusal[]): AperiodicError {
  const list = others.map(({ origin, what, reason }) => `${origin.file}:${origin.line}: ${what}: ${reason}`);
  return new AperiodicError(first.code, `${first.what}: ${first.reason}`, {
    ...first.origin,
    detail: list.length === 0 ? undefined : list.join('\n'),
  });
}
