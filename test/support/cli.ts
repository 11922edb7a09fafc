/** Runs the command line as a user does: its own process, streams and exit code. */
import { spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';

export interface CliResult {
  code: number | null;
  signal: NodeJS.Signals | null;
  stdout: string;
  stderr: string;
}

export interface CliOptions {
  cwd?: string;
  /** Added to the environment of the test; undefined takes a variable out. */
  env?: Record<string, string | undefined>;
  input?: string;
  /** Called when the process has started, for tests that send it a signal. */
  started?: (pid: number) => void;
  /** Called with what it has written to standard error so far. */
  onStderr?: (text: string) => void;
}

const entry = fileURLToPath(new URL('../../scripts/aperiodic.mjs', import.meta.url));

/** A test's result must not depend on where the test runs. */
const neutral = {
  CI: undefined,
  GITHUB_ACTIONS: undefined,
  GITHUB_STEP_SUMMARY: undefined,
  NODE_TEST_CONTEXT: undefined,
};

/** Runs `aperiodic` with arguments and waits for its end. */
export async function runCli(args: readonly string[], options: CliOptions = {}): Promise<CliResult> {
  const child = spawn(process.execPath, [entry, ...args], {
    cwd: options.cwd ?? process.cwd(),
    env: { ...process.env, ...neutral, ...options.env },
    stdio: ['pipe', 'pipe', 'pipe'],
  });
  let stdout = '';
  let stderr = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    stdout += text;
  });
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    stderr += text;
    options.onStderr?.(stderr);
  });
  // A command that reads no input may be gone before it is written.
  child.stdin.on('error', () => undefined).end(options.input ?? '');
  if (child.pid !== undefined) options.started?.(child.pid);
  return await new Promise((resolve, reject) => {
    child.on('error', reject);
    child.on('close', (code, signal) => resolve({ code, signal, stdout, stderr }));
  });
}

/** What it said last, from the first failure on, for the message of an assertion: reports are cut at their end. */
export function lastWords(stderr: string): string {
  const lines = stderr.trimEnd().split('\n');
  const told = lines.filter((line) => !/: \d+%/.test(line));
  const first = told.findIndex((line) => /fail|error/i.test(line));
  return (first < 0 ? told.slice(-20) : told.slice(first, first + 60)).join('\n');
}
