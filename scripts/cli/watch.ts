import type { Command } from './command.ts';

export const watch: Command = {
  name: 'watch',
  summary: 'keep a pull request with the next update of each stream',
  description:
    "Asks the distributions' solvers what every stream of main needs today and compares it with main's pins. What differs is " +
    'proposed in one pull request a stream, or group of streams, which holds new pins and a release file and is kept up to ' +
    'date until somebody merges it. New packages go to the store. Closes a pull request when main has caught up. Streams ' +
    'that are retired or were never run are left out. With nothing new it writes nothing.' +
    '\n\nWhere `git.via` is `git`, the pull request is a branch aperiodic/next/STREAM of the remote, with title and text as its ' +
    'commit message. A branch with a commit of somebody else is left alone.',
  arguments: [{ name: '[stream...]', description: 'only these streams, and those of their groups' }],
  options: [
    { flags: '--dry-run', description: 'say what would be done, and write nothing' },
    {
      flags: '--merge',
      description:
        'merge what the policy wants no approval for and whose checks have passed; write nothing else',
    },
    {
      flags: '--verdicts <file>',
      description: 'write what the policy says of the proposed fixes, as JSON for `aperiodic deadlines`',
    },
    { flags: '--now', description: 'mark the updates as due, whatever the cadence of their streams says' },
  ],
  examples: ['aperiodic watch', 'aperiodic watch debian-12/cloud-base --dry-run --json'],
  failure: 'a stream could not be looked at, or its proposal not written; the others were',
  action: async (context) => (await import('./actions/watch.ts')).runWatch(context),
};
