/** Commands that read or write a repository's files and make its releases. */
import type { Command } from './command.ts';

const streamArgument = { name: '<stream>', description: 'such as debian-12/cloud-base' };

export const validate: Command = {
  name: 'validate',
  summary: 'check every file of releases/ and kickstarts/',
  description:
    'Reads all streams, pins, releases, records and kickstarts of the work tree and reports everything that is wrong, ' +
    'each with its file and line: what a pull request must pass. With --base the commits since then are looked at instead ' +
    'of the work tree, also for what a pull request may not do: write records, remove a stream that people use. Writes nothing.',
  options: [{ flags: '--base <commit>', description: 'what the pull request goes to, such as origin/main' }],
  examples: ['aperiodic validate', 'aperiodic validate --base origin/main --json'],
  failure: 'something is wrong; each error names its file and line',
  action: async (context) => (await import('./actions/validate.ts')).runValidate(context),
};

export const kickstart: Command = {
  name: 'kickstart',
  summary: 'show what a kickstart says and what the builder makes of it',
  description:
    'Puts every %include in place, parses the result with pykickstart, and says of each line whether the builder honours, ' +
    'ignores or refuses it, and why. With --json also the flattened lines with their origin, all that pykickstart ' +
    'understood, and a summary: packages, groups, exclusions, scripts, partitions, repositories, services. An included ' +
    'file that is not there is refused, and the rest is read without it. Writes nothing.',
  arguments: [
    { name: '<file>', description: 'the kickstart; includes are looked up beside it and in its repository' },
  ],
  options: [
    {
      flags: '--payload <kind>',
      description: 'kind of packages, deb or rpm (default: that of the stream that uses the file, else rpm)',
    },
    {
      flags: '--architecture <name>',
      description:
        'for a machine of this kind (default: the first of the stream that uses the file, else x86)',
    },
  ],
  examples: ['aperiodic kickstart kickstarts/debian-cloud-base.ks', 'aperiodic kickstart my.ks --json'],
  failure: 'a syntax error, or a line that the builder refuses',
  action: async (context) => (await import('./actions/kickstart.ts')).runKickstart(context),
};

export const resolve: Command = {
  name: 'resolve',
  summary: "ask the distribution's solver for new pins",
  description:
    "Asks apt's own solver, in private state, what the stream's kickstart needs today, and writes pins.<architecture>.yaml " +
    'beside stream.yaml. Package lists are refreshed and their signatures checked. Solves all architectures before it ' +
    'writes any, and writes only what changed. Commit the result in a pull request.',
  arguments: [streamArgument],
  examples: ['aperiodic resolve debian-12/cloud-base'],
  action: async (context) => (await import('./actions/resolve.ts')).runResolve(context),
};

export const propose: Command = {
  name: 'propose',
  summary: 'write a release file for what the work tree holds',
  description:
    'Writes releases/<stream>/<version>.yaml, which asks for the content that the kickstart and the pins have now. Commit ' +
    'it in the same pull request. A merge that brings none gets one from CI, dated by the merge.',
  arguments: [streamArgument],
  options: [
    { flags: '--reason <text>', description: 'why, for readers (one line)' },
    { flags: '--release-version <version>', description: 'YYYYMMDD.N (default: the next one of today)' },
    {
      flags: '--rebuild <text>',
      description: 'why content that was released or withdrawn before is built again',
    },
  ],
  examples: ["aperiodic propose debian-12/cloud-base --reason 'Monthly update'"],
  action: async (context) => (await import('./actions/propose.ts')).runPropose(context),
};

export const plan: Command = {
  name: 'plan',
  summary: 'say what is due, and why',
  description:
    'Derives from the work tree what each stream needs: mint a release file, release, continue, extend to a new mirror, ' +
    'nothing, held, or blocked; and when its next release is due by its cadence, or by the deadline of a security ' +
    'update that is pending. Writes nothing.',
  arguments: [{ name: '[stream...]', description: 'only these streams' }],
  options: [
    { flags: '--verdicts <file>', description: 'JSON of verdicts on updates that are not merged yet' },
  ],
  examples: ['aperiodic plan', 'aperiodic plan debian-12/cloud-base --json'],
  failure: 'a stream is blocked',
  action: async (context) => (await import('./actions/plan.ts')).runPlan(context),
};

export const release: Command = {
  name: 'release',
  summary: 'make what is due: build, test, mirror, record',
  description:
    'Fetches the main branch of the remote, plans, and carries the plan out: packages into the store, the image built ' +
    'without network, booted and tested, its files brought to the mirrors, and the record committed and pushed to the ' +
    'main branch. Interrupted at any point, the same command goes on where it was. With nothing to do it writes nothing.',
  arguments: [
    { name: '[stream]', description: 'such as debian-12/cloud-base' },
    { name: '[version]', description: 'fail unless this is the release that is due' },
  ],
  options: [
    { flags: '--all', description: 'every stream; one that fails does not stop the others' },
    {
      flags: '--without-build',
      description: 'leave images that are to be built to others; copies, withdrawals and retention only',
    },
  ],
  examples: ['aperiodic release debian-12/cloud-base', 'aperiodic release --all --without-build'],
  failure: 'a stream could not be released; what was finished stays, and the same command continues',
  action: async (context) => (await import('./actions/release.ts')).runRelease(context),
};

export const localcloud: Command = {
  name: 'localcloud',
  summary: 'serve an EC2, EBS direct and SSM endpoint on this machine',
  description:
    'Starts the local cloud: an endpoint on 127.0.0.1 that speaks the AWS protocols for the calls that Aperiodic makes, with ' +
    'several regions and its state in a folder, which survives a kill. Prints the variables that clients need, and a control ' +
    'endpoint that can throttle, lose replies, hide what is new, take a region down and move the clock. Its rules and their ' +
    'sources are in scripts/localcloud/README.md.',
  options: [
    { flags: '--folder <folder>', description: 'its state (default: .aperiodic/localcloud)' },
    { flags: '--port <port>', description: 'default: any free one' },
    { flags: '--regions <names>', description: 'comma-separated; default: those of the embedded targets' },
  ],
  examples: ['aperiodic localcloud', 'aperiodic localcloud --port 4566 --regions us-east-1,eu-west-1'],
  action: async (context) => (await import('./actions/localcloud.ts')).runLocalCloud(context),
};

export const demo: Command = {
  name: 'demo',
  summary: 'play the whole cycle on this machine',
  description:
    'Sets this machine up, then plays the whole cycle in .aperiodic/demo of the checkout: a bare repository as origin, a ' +
    'branch that resolves fresh pins and adds a release file for debian-12/cloud-base, its merge, and a release to a local ' +
    'mirror and as AMIs to the local cloud, whose record ends on the main branch of the origin. Run again, it says that there is nothing to do.',
  options: [
    { flags: '-y, --yes', description: 'install without asking' },
    { flags: '--folder <folder>', description: 'play it there (default: .aperiodic/demo of the checkout)' },
  ],
  examples: ['npm start', 'aperiodic demo --yes'],
  action: async (context) => (await import('./actions/demo.ts')).runDemo(context),
};
