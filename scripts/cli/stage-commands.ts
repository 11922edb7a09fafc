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
  options: [
    { flags: '--architecture <name>', description: 'needed when the release has several' },
    {
      flags: '--planned',
      description: 'the release that a merge would make, its file not being written yet: for a pull request',
    },
    output,
  ],
  examples: [
    'aperiodic fetch debian-12/cloud-base --output fetched.json',
    'aperiodic fetch debian-12/cloud-base --planned --output fetched.json',
  ],
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

export const compare: Command = {
  name: 'compare',
  summary: 'stage: the image beside that of the release before',
  description:
    'Tested → Compared. Replaces a guest of the release before by one of this release, with the same user data and data volume, ' +
    'and holds the figures of both against the limits of the stream. The first release of a stream passes through.',
  arguments: [{ name: '<tested>', description: 'value of qa, a JSON file' }],
  options: [output],
  examples: ['aperiodic compare tested.json --output compared.json'],
  failure:
    'the image is beyond a limit that its release file does not accept, or does not replace the one before',
  action: async (context) => (await import('./actions/stage.ts')).runCompare(context),
};

export const upload: Command = {
  name: 'upload',
  summary: 'stage: the image to a private AMI',
  description:
    'Compared → Uploaded. Writes the image to a snapshot in the home region, reads it back, and registers it as an AMI that only ' +
    'the account can launch. A release without AMIs passes through.',
  arguments: [{ name: '<compared>', description: 'value of compare, a JSON file' }],
  options: [output],
  examples: ['aperiodic upload compared.amd64.json --output uploaded.amd64.json'],
  action: async (context) => (await import('./actions/stage.ts')).runUpload(context),
};

export const launch: Command = {
  name: 'launch',
  summary: 'stage: an instance of the private AMI, tested',
  description:
    'Uploaded → Launched. Starts an instance of the AMI in the home region, runs the checks of docs/qa-expectations.md in it over ' +
    'ssh, and ends it whatever happens. Nothing is public before. A release without AMIs passes through.',
  arguments: [{ name: '<uploaded>', description: 'value of upload, a JSON file' }],
  options: [output],
  examples: ['aperiodic launch uploaded.amd64.json --output launched.amd64.json'],
  failure: 'the instance failed a check, or could not be tested; logs are kept and named',
  action: async (context) => (await import('./actions/stage.ts')).runLaunch(context),
};

export const sign: Command = {
  name: 'sign',
  summary: 'stage: checksums, signatures, bills of materials',
  description:
    'Launched values of all architectures → Signed. Makes the documents that are published beside the files, a detached ' +
    'signature of each file, and the clear-signed CHECKSUM file, with the key of APERIODIC_SIGNING_KEY or of the configuration.',
  arguments: [{ name: '<launched...>', description: 'values of launch, one JSON file an architecture' }],
  options: [output],
  examples: ['aperiodic sign launched.amd64.json --output signed.json'],
  action: async (context) => (await import('./actions/stage.ts')).runSign(context),
};

export const mirror: Command = {
  name: 'mirror',
  summary: 'stage: files to the mirrors',
  description:
    'Signed → Mirrored. Brings the files, their signatures and documents to each mirror of the release, the CHECKSUM file last.',
  arguments: [{ name: '<signed>', description: 'value of sign, a JSON file' }],
  options: [output],
  examples: ['aperiodic mirror signed.json --output mirrored.json'],
  action: async (context) => (await import('./actions/stage.ts')).runMirror(context),
};

export const publish: Command = {
  name: 'publish',
  summary: 'stage: AMIs to every region, public',
  description:
    'Mirrored → Published. Copies the AMIs to each region of the release, and makes them public once every required region ' +
    'has them.',
  arguments: [{ name: '<mirrored>', description: 'value of mirror, a JSON file' }],
  options: [output],
  examples: ['aperiodic publish mirrored.json --output published.json'],
  action: async (context) => (await import('./actions/stage.ts')).runPublish(context),
};

export const record: Command = {
  name: 'record',
  summary: 'stage: the record to the main branch',
  description:
    'Published → Recorded. Commits what came out beside the release file and pushes it, never by force.',
  arguments: [{ name: '<published>', description: 'value of publish, a JSON file' }],
  options: [output],
  examples: ['aperiodic record published.json --output recorded.json'],
  action: async (context) => (await import('./actions/stage.ts')).runRecord(context),
};

export const promote: Command = {
  name: 'promote',
  summary: 'stage: pointers to the newest AMIs',
  description:
    'Recorded → Promoted. Sets the parameters that name the AMIs of this version, and those that name the newest live one, ' +
    "and puts the stream's signed document on the mirrors.",
  arguments: [{ name: '<recorded>', description: 'value of record, a JSON file' }],
  options: [output],
  examples: ['aperiodic promote recorded.json'],
  action: async (context) => (await import('./actions/stage.ts')).runPromote(context),
};

export const announce: Command = {
  name: 'announce',
  summary: 'stage: notices to users, where the release has a cause for them',
  description:
    "Promoted → Announced. Brings the notices of the stream's security releases and withdrawals to the mirrors, sends those that " +
    'no record names as given, and records them. With git.via api each recorded release gets a release on GitHub, too. Nothing is ' +
    "done without 'notices' in releases/targets.yaml.",
  arguments: [{ name: '<promoted>', description: 'value of promote, a JSON file' }],
  options: [output],
  examples: ['aperiodic announce promoted.json'],
  action: async (context) => (await import('./actions/stage.ts')).runAnnounce(context),
};
