/** Commands that carry values and their files from one CI job to another. */
import type { Command } from './command.ts';

export const pack: Command = {
  name: 'pack',
  summary: 'gather a value and the files that it names in a folder',
  description:
    'Puts values of stages and every file that they name into one folder, for a job of CI to hand to another. Files are ' +
    'verified on the way. The folder may be there already: what is in it stays.',
  arguments: [{ name: '<value...>', description: 'values of stages, JSON files' }],
  options: [
    { flags: '--to <folder>', description: 'made when it is missing' },
    { flags: '--without-raw', description: 'leave out raw images, which only upload needs' },
    { flags: '--documents', description: 'only the documents that sign made' },
  ],
  examples: ['aperiodic pack tested.json --to hand-over'],
  action: async (context) => (await import('./actions/hand-over.ts')).runPack(context),
};

export const unpack: Command = {
  name: 'unpack',
  summary: 'take over the files of a packed folder',
  description:
    'Reads the values of folders that pack made, verifies the files that they name, and moves them to where stages look for ' +
    'them. The values stay where they are. A file that no value names is left alone; one that is not there has to come ' +
    'with another folder.',
  arguments: [{ name: '<folder...>', description: 'folders that pack made' }],
  examples: ['aperiodic unpack hand-over'],
  failure: 'a file is not the one that its value names',
  action: async (context) => (await import('./actions/hand-over.ts')).runUnpack(context),
};
