/** Prints what a run came to: its result on standard output, everything for people on standard error. */
import { cleanText, disarmCommands, renderJson } from '../adapters/log/clean-text.ts';
import type { GithubLog } from '../adapters/log/github-log.ts';
import type { Output } from '../adapters/log/track-task.ts';
import type { AperiodicError } from '../model/errors.ts';
import type { Outcome } from './command.ts';

export interface Report {
  stdout: Output;
  stderr: Output;
  json: boolean;
  debug: boolean;
  /** Set under GITHUB_ACTIONS. */
  github: GithubLog | undefined;
}

function printable(report: Report, text: string): string {
  const clean = cleanText(text);
  return report.github === undefined ? clean : disarmCommands(clean);
}

/** Prints a result. Returns the exit code. */
export async function reportOutcome(report: Report, outcome: Outcome): Promise<number> {
  if (report.json) report.stdout.write(`${renderJson(outcome.json)}\n`);
  else if (outcome.text !== '') report.stdout.write(`${printable(report, outcome.text.trimEnd())}\n`);
  for (const error of outcome.errors ?? []) printError(report, error);
  await report.github?.summarize(outcome.tables ?? []);
  return outcome.exitCode ?? (outcome.errors === undefined || outcome.errors.length === 0 ? 0 : 1);
}

/** Prints an error. Returns the exit code. */
export function reportError(report: Report, error: AperiodicError): number {
  const { code, message } = error;
  if (report.json) {
    report.stdout.write(`${renderJson({ error: errorToJson(error) })}\n`);
  }
  if (code === 'interrupted') report.stderr.write(`${printable(report, message)}\n`);
  else printError(report, error);
  return code === 'interrupted' ? 130 : 1;
}

function printError(report: Report, error: AperiodicError): void {
  report.github?.annotate(error);
  report.stderr.write(`${printable(report, describeError(error, report.debug))}\n`);
}

/** An error as JSON has it. */
export function errorToJson({ code, message, file, line, detail }: AperiodicError): Record<string, unknown> {
  return {
    code,
    message: cleanText(message),
    file,
    line,
    detail: detail === undefined ? undefined : cleanText(detail),
  };
}

function describeError(error: AperiodicError, debug: boolean): string {
  const lines = [`error: ${error.located}`];
  if (error.detail !== undefined && error.detail !== '') lines.push(error.detail);
  if (debug) lines.push(describeStacks(error));
  else if (error.code === 'internal') {
    lines.push(
      'This is a fault of Aperiodic: please report it with what the same command prints with --debug.',
    );
  }
  return lines.join('\n');
}

function describeStacks(error: Error): string {
  const stacks: string[] = [];
  for (let at: unknown = error; at instanceof Error && stacks.length < 8; at = at.cause) {
    stacks.push(at.stack ?? at.message);
  }
  return stacks.join('\ncaused by: ');
}
