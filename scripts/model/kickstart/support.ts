/** Everything of the kickstart syntax and what becomes of it: data, for the interpreter and for docs/kickstart.md. */
import { ignoredCommands } from './support/ignored-commands.ts';
import { refusedCommands } from './support/refused-commands.ts';
import { refusedStorage } from './support/refused-storage.ts';
import { repositoryCommands } from './support/repository-commands.ts';
import { sectionTable } from './support/sections.ts';
import type { CommandSupport, CommandTable, Support } from './support/standing.ts';
import { storageCommands } from './support/storage-commands.ts';
import { systemCommands } from './support/system-commands.ts';
import { userCommands } from './support/user-commands.ts';

export type { CommandSupport, CommandTable, OptionSupport, Standing, Support } from './support/standing.ts';

/** By name. A test holds that these are all commands and all options of pykickstart's newest syntax. */
export const commandSupport: CommandTable = {
  ...repositoryCommands,
  ...storageCommands,
  ...systemCommands,
  ...userCommands,
  ...ignoredCommands,
  ...refusedCommands,
  ...refusedStorage,
};

/** By name with the percent sign. */
export const sectionSupport: CommandTable = sectionTable;

const unknown: Support = { standing: 'refused', note: 'is not known here yet: remove it' };

export function supportOfCommand(name: string): CommandSupport {
  return Object.hasOwn(commandSupport, name) ? (commandSupport[name] ?? unknown) : unknown;
}

export function supportOfSection(name: string): CommandSupport {
  return Object.hasOwn(sectionSupport, name) ? (sectionSupport[name] ?? unknown) : unknown;
}

/**
 * Only a line that an older syntax took has options that the table does not list: such an option shares its command's fate
 * when that is not honoured, and is refused else.
 */
export function supportOfOption(command: CommandSupport, option: string): Support {
  const known = command.options;
  if (known !== undefined && Object.hasOwn(known, option)) return known[option] ?? unknown;
  return command.standing === 'honoured' ? unknown : command;
}
