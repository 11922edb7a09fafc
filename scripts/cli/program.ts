/** The command line as commander knows it. */
import { CommanderError, Command as Program } from 'commander';
import { AperiodicError } from '../model/errors.ts';
import type { Command } from './command.ts';

/** Options that every command takes, before or after its name. */
export interface GlobalOptions {
  root?: string;
  config?: string;
  json: boolean;
  quiet: boolean;
  debug: boolean;
}

export interface Invocation {
  command: Command;
  globals: GlobalOptions;
  values: readonly unknown[];
  options: Readonly<Record<string, unknown>>;
}

function exitCodes(failure = 'an error, named with its file and line where there is one'): string {
  return indent(['0    done', `1    ${failure}`, '130  interrupted; the same command continues']);
}

/**
 * Reads the command line.
 * @returns what to run, or undefined when help was asked for and printed
 * @throws AperiodicError `usage`
 */
export function parseArguments(
  argv: readonly string[],
  commands: readonly Command[],
  print: (text: string) => void,
): Invocation | undefined {
  let invocation: Invocation | undefined;
  const program = createProgram(print);
  for (const command of commands) {
    addCommand(program, command, (values, options) => {
      invocation = { command, globals: readGlobals(program.opts()), values, options };
    });
  }
  try {
    program.parse(argv, { from: 'user' });
  } catch (error) {
    if (!(error instanceof CommanderError)) throw error;
    if (error.exitCode === 0) return undefined;
    throw usageError(error, argv);
  }
  return invocation;
}

function createProgram(print: (text: string) => void): Program {
  return new Program('aperiodic')
    .description(
      "Keeps a distribution's cloud images current: releases are files in git, and merging one makes it.",
    )
    .option('--root <folder>', 'repository to work on (default: the nearest folder upwards with releases/)')
    .option('--config <file>', 'configuration (default: APERIODIC_CONFIG, else .aperiodic/config.yaml)')
    .option('--json', 'print the result, or the error, as one JSON document')
    .option('-q, --quiet', 'show no progress')
    .option('--debug', 'show where in the code an error comes from')
    .exitOverride()
    .configureOutput({ writeOut: print, writeErr: () => undefined })
    .configureHelp({ showGlobalOptions: true })
    .helpCommand(false)
    .addHelpText('after', `\nExit codes:\n${exitCodes()}\n\nHelp on a command: aperiodic COMMAND --help`);
}

function addCommand(
  program: Program,
  command: Command,
  run: (values: readonly unknown[], options: Record<string, unknown>) => void,
): void {
  const sub = program
    .command(command.name)
    .summary(command.summary)
    .description(command.description)
    .allowExcessArguments(false)
    .addHelpText('after', `\nExit codes:\n${exitCodes(command.failure)}`)
    .addHelpText('after', `\nExamples:\n${indent(command.examples)}`);
  for (const { name, description } of command.arguments ?? []) sub.argument(name, description);
  for (const { flags, description } of command.options ?? []) sub.option(flags, description);
  sub.action(() => run(sub.processedArgs, sub.opts()));
}

function readGlobals(options: Record<string, unknown>): GlobalOptions {
  return {
    ...(typeof options.root === 'string' ? { root: options.root } : {}),
    ...(typeof options.config === 'string' ? { config: options.config } : {}),
    json: options.json === true,
    quiet: options.quiet === true,
    debug: options.debug === true,
  };
}

function usageError(error: CommanderError, argv: readonly string[]): AperiodicError {
  if (error.code === 'commander.help')
    return new AperiodicError('usage', "name a command: see 'aperiodic --help'");
  const message = error.message
    .replace(/^error: /, '')
    .replace(/\n\(Did you mean (.*)\?\)$/s, ': did you mean $1?');
  const named = argv.find((word) => !word.startsWith('-'));
  const help = error.code === 'commander.unknownCommand' || named === undefined ? '' : ` ${named}`;
  return new AperiodicError('usage', `${message.replace(/\.$/, '')} (see 'aperiodic${help} --help')`);
}

function indent(lines: readonly string[]): string {
  return lines.map((line) => `  ${line}`).join('\n');
}
