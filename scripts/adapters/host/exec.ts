/** Runs programs of the host: arguments as arrays, a clean environment, and nothing left running when we die. */
import { ExecaError, execa } from 'execa';
import { AperiodicError, type ErrorCode } from '../../model/errors.ts';
import { type CollectedOutput, collectOutput } from './collect-output.ts';

export interface ExecOptions {
  cwd?: string;
  /** Added to the clean environment (PATH, HOME, LANG=C.UTF-8, TZ=UTC, TMPDIR). */
  env?: Record<string, string>;
  /** Written to standard input, which is otherwise empty. */
  input?: string | Buffer;
  timeoutSeconds?: number;
  signal?: AbortSignal;
  /** Exit codes that are an answer and not a failure. Default [0]. */
  accept?: readonly number[];
  /** Called with each line of standard output and standard error. */
  onLine?: (line: string, stream: 'stdout' | 'stderr') => void;
  /** Code of the error when the program fails. Default `internal`. */
  failure?: ErrorCode;
  /** Code of the error when somebody else ended the program, or it could not start. Default that of `failure`. */
  killed?: ErrorCode;
  /** What failed, for people: "the disk could not be partitioned". Default names the program. */
  what?: string;
}

export interface ExecResult {
  exitCode: number;
  stdout: string;
  stderr: string;
}

/** Most bytes that are kept of each output stream. */
const maxBuffer = 64 * 1024 * 1024;

/** The environment that every program gets: the caller's locale, clock zone and apt or git settings stay out. */
export function cleanEnvironment(extra: Record<string, string> = {}): Record<string, string> {
  const kept = ['HOME', 'TMPDIR', 'http_proxy', 'https_proxy', 'no_proxy', 'SSL_CERT_FILE', 'SSL_CERT_DIR'];
  const env: Record<string, string> = {
    PATH: '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin',
    LANG: 'C.UTF-8',
    LC_ALL: 'C.UTF-8',
    TZ: 'UTC',
  };
  for (const name of kept) {
    const value = process.env[name];
    if (value !== undefined) env[name] = value;
  }
  return { ...env, ...extra };
}

/**
 * Arguments that start `command` so that the kernel kills it when this process dies, even by SIGKILL.
 * setpriv is part of util-linux, which is essential on Debian.
 */
export function tied(command: string, args: readonly string[]): [string, string[]] {
  return ['setpriv', ['--pdeathsig', 'KILL', '--', command, ...args]];
}

/**
 * Runs a program to its end.
 * @throws AperiodicError `missing-tool` when it is not installed, `disk-full` on ENOSPC, else `options.failure`
 */
export async function exec(
  command: string,
  args: readonly string[],
  options: ExecOptions = {},
): Promise<ExecResult> {
  const [file, argv] = tied(command, args);
  try {
    const running = execa(file, argv, {
      env: cleanEnvironment(options.env),
      extendEnv: false,
      stripFinalNewline: false,
      reject: false,
      // Not kept by execa: of a program that fails it would rewrite all of it for a message that nobody reads.
      buffer: false,
      encoding: 'buffer',
      ...(options.input === undefined ? { stdin: 'ignore' as const } : { input: options.input }),
      ...(options.cwd === undefined ? {} : { cwd: options.cwd }),
      ...(options.timeoutSeconds === undefined ? {} : { timeout: options.timeoutSeconds * 1000 }),
      ...(options.signal === undefined ? {} : { cancelSignal: options.signal }),
    });
    const collected = collectOutput(running, maxBuffer, options.onLine);
    const result = await running;
    const { stdout, stderr, overflow } = collected();
    if (!overflow && result.exitCode !== undefined && (options.accept ?? [0]).includes(result.exitCode)) {
      return { exitCode: result.exitCode, stdout, stderr };
    }
    throw failureOf(command, options, { stdout, stderr, overflow }, result);
  } catch (error) {
    if (error instanceof ExecaError)
      throw new AperiodicError('internal', `${command} could not be started`, { cause: error });
    throw error;
  }
}

function failureOf(
  command: string,
  options: ExecOptions,
  { stdout, stderr, overflow }: CollectedOutput,
  result: {
    exitCode?: number | undefined;
    signal?: string | undefined;
    timedOut: boolean;
    isCanceled: boolean;
    cause?: unknown;
  },
): AperiodicError {
  if (result.exitCode === 127 && /setpriv: failed to execute/.test(stderr)) {
    return new AperiodicError('missing-tool', `${command} is not installed: run 'aperiodic setup'`);
  }
  const tail = (stderr.trim() === '' ? stdout : stderr)
    .trimEnd()
    .split('\n')
    .slice(-20)
    .map(shorten)
    .join('\n');
  if (/No space left on device|ENOSPC/.test(tail)) {
    return new AperiodicError('disk-full', `the disk is full: ${command} could not write`, { detail: tail });
  }
  const how = overflow
    ? `printed more than ${maxBuffer / 1024 / 1024} MiB`
    : result.timedOut
      ? `did not end within ${options.timeoutSeconds} s`
      : result.signal !== undefined
        ? `was ended by ${result.signal}`
        : `ended with exit code ${result.exitCode}`;
  const what = options.what === undefined ? '' : `${options.what}: `;
  // Without an exit code it was ended by a signal, or this machine could not start it.
  const killed = !overflow && !result.timedOut && !result.isCanceled && result.exitCode === undefined;
  const code = (killed ? options.killed : undefined) ?? options.failure ?? 'internal';
  return new AperiodicError(code, `${what}${command} ${how}`, {
    detail: tail,
    cause: result.cause,
  });
}

function shorten(line: string): string {
  return line.length > 500 ? `${line.slice(0, 500)}...` : line;
}
