/** Commands that run one stage of the pipeline each: a value in, the next value out. */
import type { Command } from './command.ts';

const output = {
  flags: '-o, --output <file>',
  description: 'write the value there instead of to standard output',
};

export const fetch: Command = {
  name: 'fetch',
  summary: 'stage: pinned packages into the store',
  description:
    'Job → Fetched. Downloads what the store lacks, from the repositories that the pins name, and verifies every package ' +
    'of the release against its pin.',
  arguments: [
    { name: '<stream>', description: 'such as debian-12/cloud-base' },
    { name: '[version]', description: 'default: the newest live release' },
  ],
  options: [{ flags: '--architecture <name>', description: 'needed when the release has several' }, output],
  examples: ['aperiodic fetch debian-12/cloud-base --output fetched.json'],
  action: async (context) => (await import('./actions/stage.ts')).runFetch(context),
};

export const build: Command = {
  name: 'build',
  summary: 'stage: packages of the store to disk images',
  description:
    'Fetched → Built. Makes the image from kickstart, pins and store, without network; the same inputs give the same bytes.',
  arguments: [{ name: '<fetched>', description: 'value of fetch, a JSON file' }],
  options: [output],
  examples: ['aperiodic build fetched.json --output built.json'],
  action: async (context) => (await import('./actions/stage.ts')).runBuild(context),
};

export const qa: Command = {
  name: 'qa',
  summary: 'stage: boot the image and test it',
  description:
    'Built → Tested. Looks into the image, boots it in QEMU through BIOS and UEFI (with KVM where it really works), and runs ' +
    'the checks of docs/qa-expectations.md.',
  arguments: [{ name: '<built>', description: 'value of build, a JSON file' }],
  options: [output],
  examples: ['aperiodic qa built.json --output tested.json'],
  failure: 'the image failed a check, or could not be tested; logs are kept and named',
  action: async (context) => (await import('./actions/stage.ts')).runQa(context),
};

export const mirror: Command = {
  name: 'mirror',
  summary: 'stage: files to the mirrors',
  description:
    'Tested values of all architectures → Mirrored. Brings the files and a CHECKSUM file to each mirror of the release.',
  arguments: [{ name: '<tested...>', description: 'values of qa, one JSON file an architecture' }],
  options: [output],
  examples: ['aperiodic mirror tested.amd64.json --output mirrored.json'],
  action: async (context) => (await import('./actions/stage.ts')).runMirror(context),
};

export const record: Command = {
  name: 'record',
  summary: 'stage: the record to the main branch',
  description:
    'Mirrored → Recorded. Commits what came out beside the release file and pushes it, never by force.',
  arguments: [{ name: '<mirrored>', description: 'value of mirror, a JSON file' }],
  options: [output],
  examples: ['aperiodic record mirrored.json'],
  action: async (context) => (await import('./actions/stage.ts')).runRecord(context),
};
