/** Runs the command line inside the test, with commands made up by the test. */
import { Readable } from 'node:stream';
import type { Command, Context, Outcome } from '../../scripts/cli/command.ts';
import { main } from '../../scripts/cli/main.ts';

export interface RunOptions {
  env?: Record<string, string>;
  cwd?: string;
  signal?: AbortSignal;
  terminal?: boolean;
  action?: (context: Context) => Promise<Outcome>;
  commands?: readonly Command[];
}

export interface RunResult {
  code: number;
  stdout: string;
  stderr: string;
}

/** A command `play` with one of each kind of argument and option. */
export function createPlay(action: (context: Context) => Promise<Outcome>): Command {
  return {
    name: 'play',
    summary: 'play a part',
    description: 'Plays a part in tests.',
    arguments: [
      { name: '<stream>', description: 'a stream' },
      { name: '[version]', description: 'a version' },
      { name: '[files...]', description: 'files' },
    ],
    options: [
      { flags: '--dry-run', description: 'change nothing' },
      { flags: '--arch <name>', description: 'an architecture' },
    ],
    examples: ['aperiodic play debian-12/cloud-base'],
    action,
  };
}

export async function runMain(argv: readonly string[], options: RunOptions = {}): Promise<RunResult> {
  let stdout = '';
  let stderr = '';
  const action = options.action ?? (async () => ({ json: { played: true }, text: 'played' }));
  const code = await main({
    argv,
    env: options.env ?? {},
    cwd: options.cwd ?? '/',
    stdin: Readable.from([]),
    stdout: {
      write: (text) => {
        stdout += text;
      },
    },
    stderr: {
      isTTY: options.terminal,
      write: (text) => {
        stderr += text;
      },
    },
    signal: options.signal ?? new AbortController().signal,
    commands: options.commands ?? [createPlay(action)],
  });
  return { code, stdout, stderr };
}
