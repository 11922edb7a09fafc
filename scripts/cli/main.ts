/** One run of the command line, from its words to its exit code. */
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Environment } from '../adapters/host/config-environment.ts';
import type { GithubLog } from '../adapters/log/github-log.ts';
import { createPlainLog, createQuietLog, type RunLog } from '../adapters/log/plain-log.ts';
import { createTerminalLog } from '../adapters/log/terminal-log.ts';
import type { Output } from '../adapters/log/track-task.ts';
import { AperiodicError, toAperiodicError } from '../model/errors.ts';
import type { Command, Context } from './command.ts';
import { createEndings, type Endings } from './endings.ts';
import { findRoot } from './find-root.ts';
import { createGiven } from './given.ts';
import { type GlobalOptions, type Invocation, parseArguments } from './program.ts';
import { type Report, reportError, reportOutcome } from './report.ts';
import { translateError } from './translate-error.ts';

export interface World {
  argv: readonly string[];
  env: Environment;
  cwd: string;
  stdout: Output;
  stderr: Output & { isTTY?: boolean | undefined };
  stdin: NodeJS.ReadableStream & { isTTY?: boolean | undefined };
  /** Aborted by SIGINT and SIGTERM; the reason is an AperiodicError `interrupted`. */
  signal: AbortSignal;
  commands: readonly Command[];
}

/** Runs a command. Never throws: whatever happens is printed. */
export async function main(world: World): Promise<number> {
  const report: Report = {
    stdout: world.stdout,
    stderr: world.stderr,
    json: world.argv.includes('--json'),
    debug: world.argv.includes('--debug'),
    github: undefined,
  };
  let log: RunLog | undefined;
  const endings = createEndings();
  try {
    const now = () => performance.now();
    if (world.env.GITHUB_ACTIONS === 'true') report.github = await loadGithubLog(world.stderr, now);
    const invocation = parseArguments(world.argv, world.commands, (text) => world.stdout.write(text));
    if (invocation === undefined) return 0;
    log = chooseLog(world, invocation.globals, report.github, now);
    const outcome = await untilAborted(
      invocation.command.action(createContext(world, invocation, log, endings)),
      world.signal,
      endings,
    );
    log.close();
    return await reportOutcome(report, outcome);
  } catch (error) {
    log?.close();
    return reportError(
      report,
      world.signal.aborted ? toAperiodicError(world.signal.reason) : translateError(error),
    );
  }
}

async function loadGithubLog(output: Output, now: () => number): Promise<GithubLog> {
  const { createGithubLog } = await import('../adapters/log/github-log.ts');
  return createGithubLog(output, now);
}

/** Live lines need a terminal that can move its cursor, and a person in front of it. */
function isLive(world: World): boolean {
  return world.stderr.isTTY === true && world.env.TERM !== 'dumb' && !isSet(world.env.CI);
}

function isSet(value: string | undefined): boolean {
  return value !== undefined && value !== '' && value !== 'false' && value !== '0';
}

function chooseLog(
  world: World,
  globals: GlobalOptions,
  github: GithubLog | undefined,
  now: () => number,
): RunLog {
  if (globals.quiet) return createQuietLog(world.stderr);
  if (github !== undefined) return github;
  if (globals.json || !isLive(world)) return createPlainLog(world.stderr, now);
  return createTerminalLog(world.stderr, now, { color: !isSet(world.env.NO_COLOR) });
}

function createContext(world: World, invocation: Invocation, log: RunLog, endings: Endings): Context {
  const { command, globals, values, options } = invocation;
  const root = () => findRoot(world.cwd, globals.root);
  const mayAsk = isLive(world) && world.stdin.isTTY === true && !globals.json;
  return {
    given: createGiven(command, values, options),
    root,
    config: async () => {
      const { loadConfig } = await import('../adapters/host/config.ts');
      const file = globals.config === undefined ? undefined : path.resolve(world.cwd, globals.config);
      return await loadConfig(root(), world.env, file);
    },
    log,
    env: world.env,
    signal: world.signal,
    onInterrupt: endings.add,
    ask: mayAsk
      ? async (question) => {
          const { askOnTerminal } = await import('./ask.ts');
          return await askOnTerminal(question, world.stdin, world.signal);
        }
      : undefined,
  };
}

/** How long a command may clean up after itself once it was interrupted, and how long what must be ended may take. */
const grace = { milliseconds: 2_000, endings: 60_000 } as const;

/** The work's result; when the signal is aborted and the work does not end soon, the signal's reason. */
function untilAborted<T>(work: Promise<T>, signal: AbortSignal, endings: Endings): Promise<T> {
  return new Promise((resolve, reject) => {
    work.then(resolve, reject);
    const late = async () => {
      await Promise.all([
        sleep(grace.milliseconds),
        Promise.race([endings.run(), sleep(grace.endings, undefined, { ref: false })]),
      ]);
      reject(toAperiodicError(signal.reason));
    };
    if (signal.aborted) late();
    else signal.addEventListener('abort', late, { once: true });
  });
}

/** The reason that the signal of a run is aborted with. */
export function interruption(): AperiodicError {
  return new AperiodicError('interrupted', 'interrupted; run the same command again to continue');
}
