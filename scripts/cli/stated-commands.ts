/** Commands that hold a release against what its pull request built. */
import type { Command } from './command.ts';

export const stated: Command = {
  name: 'stated',
  summary: 'read what pull requests stated of their images',
  description:
    'Looks up the pull requests that the last commits of releases and kickstarts came from, and writes what their check runs ' +
    'state: the SHA-256 of each raw image that was built and tested there, and by which tools. Needs GITHUB_TOKEN ' +
    '(pull-requests: read, checks: read) and GITHUB_REPOSITORY.',
  options: [
    { flags: '-o, --output <file>', description: 'write them there instead of to standard output' },
    { flags: '--app <slug>', description: 'who posts previews (default: github-actions)' },
  ],
  examples: ['aperiodic stated --output stated.json'],
  action: async (context) => (await import('./actions/stated.ts')).runStated(context),
};

export const compareRaw: Command = {
  name: 'compare-raw',
  summary: 'hold a built image against what its pull request stated',
  description:
    'Fails when a pull request built the same content to other bytes, and names the tools that differ. A release file can ' +
    'accept it (gate raw-digest, with a reason). Content that no pull request states passes, and is said to.',
  arguments: [{ name: '<built>', description: 'value of build, a JSON file' }],
  options: [{ flags: '--stated <file>', description: 'what stated wrote' }],
  examples: ['aperiodic compare-raw built.json --stated stated.json'],
  failure: 'the image is not what was reviewed and tested',
  action: async (context) => (await import('./actions/stated.ts')).runCompareRaw(context),
};
