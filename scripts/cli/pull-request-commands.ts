/** Commands that CI runs around a pull request and its merge. */
import type { Command } from './command.ts';

const base = { flags: '--base <commit>', description: 'what the pull request goes to, such as origin/main' };
const head = { flags: '--head <commit>', description: 'default: HEAD' };

export const changes: Command = {
  name: 'changes',
  summary: 'say which streams a change touches, and why',
  description:
    'Compares two commits (from where their histories part) and names every stream that the difference touches, with its ' +
    'reasons and what a merge would do: build a new image, release without building (a copy, a withdrawal), retire, or none. ' +
    'A file that kickstarts include touches each of them. With --due instead: every stream for which something is due at ' +
    'HEAD, whatever changed. Reads git, not the work tree; writes nothing.\n\n' +
    'In a GitHub job it sets the outputs any (true or false) and matrix (one entry for each stream and architecture to ' +
    'build), any-stream and streams (one entry for each stream to build or to release), and built (one for each to build).',
  options: [
    base,
    head,
    { flags: '--due', description: 'what is due, instead of what changed' },
    { flags: '--stream <stream>', description: 'only this stream; an empty word means all' },
    {
      flags: '--release-version <version>',
      description: 'with --due: only where this version is due; an empty word means any',
    },
  ],
  examples: ['aperiodic changes --base origin/main --json', 'aperiodic changes --due --json'],
  action: async (context) => (await import('./actions/changes.ts')).runChanges(context),
};

export const preview: Command = {
  name: 'preview',
  summary: 'show what a pull request would bring about',
  description:
    'Compares two commits and writes what a merge would bring about, as data: what is released and why, packages, sizes ' +
    'against the last release and its limit, results of tests, the difference of the flattened kickstart, the raw digest ' +
    'that a merge must build again. Values of stages and QA reports are looked for in a folder. Needs no right and no ' +
    'network; prints the comment that post-preview would post.\n\n' +
    'In a GitHub job for a pull request, its number and head come from the event.',
  options: [
    base,
    head,
    {
      flags: '--values <folder>',
      description: 'holds built*.json and tested*.json of stages, and logs with qa.json, at any depth',
    },
    { flags: '-o, --out <file>', description: 'write the data there' },
  ],
  examples: [
    'aperiodic preview --base origin/main',
    'aperiodic preview --base HEAD^1 --values values --out preview.json',
  ],
  action: async (context) => (await import('./actions/preview.ts')).runPreview(context),
};

export const postPreview: Command = {
  name: 'post-preview',
  summary: 'post a preview to its pull request on GitHub',
  description:
    'Takes what preview wrote, which is data that anybody could have made: checks it against its schema, escapes every text, ' +
    'and posts one comment, updated in place when it changed, and a check run. The pull request and its head come from the ' +
    'workflow_run event and from GitHub; data that claims another one is refused, and one that has moved on is left alone. ' +
    'Needs GITHUB_TOKEN (pull-requests: write, checks: write) and GITHUB_REPOSITORY.',
  arguments: [{ name: '<file>', description: 'what preview wrote' }],
  options: [
    { flags: '--pull <number>', description: 'the pull request, where no event names it' },
    { flags: '--author <login>', description: 'who we are on GitHub (default: github-actions[bot])' },
  ],
  examples: ['aperiodic post-preview preview.json', 'aperiodic post-preview preview.json --pull 12'],
  failure:
    'the data is not valid or not of this pull request, or GitHub refused it; a bad preview posts, and is no failure',
  action: async (context) => (await import('./actions/post-preview.ts')).runPostPreview(context),
};

export const mint: Command = {
  name: 'mint',
  summary: 'commit the release files that are due',
  description:
    'Writes a release file to the main branch for each stream whose content changed without one, dated by the merge, as ' +
    'release does before it builds. Needs the right to commit, and nothing else: the jobs after it can build without any ' +
    'right. With nothing due it writes nothing. A stream that is blocked gets a warning.',
  arguments: [{ name: '[stream...]', description: 'only these streams' }],
  examples: ['aperiodic mint', 'aperiodic mint debian-12/cloud-base'],
  failure: 'a file could not be committed',
  action: async (context) => (await import('./actions/mint.ts')).runMint(context),
};
