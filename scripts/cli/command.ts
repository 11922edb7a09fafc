/** What a command of the CLI is. Each file beside this one that is named as a command exports one. */
import type { ResolvedConfig } from '../adapters/host/config.ts';
import type { Environment } from '../adapters/host/config-environment.ts';
import type { SummaryTable } from '../adapters/log/github-log.ts';
import type { AperiodicError } from '../model/errors.ts';
import type { Log } from '../ports.ts';

export interface Command {
  name: string;
  /** One line, without a full stop, for the list of commands. */
  summary: string;
  /** What it does, what it reads, what it writes. Paragraphs end with an empty line; help wraps them. */
  description: string;
  /** `<name>` is required, `[name]` may be left out, `<name...>` takes the rest. */
  arguments?: readonly { name: string; description: string }[];
  /** Flags as commander writes them: `-y, --yes`, `--arch <name>`. */
  options?: readonly { flags: string; description: string }[];
  /** Lines as they would be typed. */
  examples: readonly string[];
  /** What exit code 1 means here, when there is more to say than "an error". */
  failure?: string;
  /** Does the work. Imports what is heavy when it is called, so that help stays quick. */
  action(context: Context): Promise<Outcome>;
}

/** What a command came to. Text goes to standard output, or with --json the JSON instead. */
export interface Outcome {
  json: unknown;
  text: string;
  /** Default 0, or 1 when there are errors. */
  exitCode?: number;
  /** Errors that did not keep the command from having a result; printed like the one that does. */
  errors?: readonly AperiodicError[];
  /** Shown on the summary page of a GitHub job. */
  tables?: readonly SummaryTable[];
}

/** What the command line, the environment and the folder give to a command. */
export interface Context {
  given: Given;
  /** Root of the repository that is worked on. @throws AperiodicError `not-found` */
  root(): string;
  /** Its configuration. @throws AperiodicError `invalid`, `not-found` */
  config(): Promise<ResolvedConfig>;
  log: Log;
  env: Environment;
  /** Aborted by SIGINT and SIGTERM. */
  signal: AbortSignal;
  /** What must be ended before the process goes when it is interrupted. Returns what takes it back. */
  onInterrupt(end: () => Promise<void>): () => void;
  /** Asks yes or no; undefined when nobody sits at a terminal or nobody wants to be asked. */
  ask: ((question: string) => Promise<boolean>) | undefined;
}

/** Arguments and options, by the name they are declared with (`dry-run` for `--dry-run`). */
export interface Given {
  flag(option: string): boolean;
  text(option: string): string | undefined;
  /** A required argument. */
  argument(name: string): string;
  /** An argument that may be left out. */
  optional(name: string): string | undefined;
  /** The values of an argument that takes the rest. */
  rest(name: string): string[];
}
