/** `aperiodic find`: which image to take. */
import type { Command } from './command.ts';

export const find: Command = {
  name: 'find',
  summary: 'find the newest image, its download and its AMI in a region',
  description:
    'Says what may be taken of the images that fit: AMIs by region, files with their digests, containers. The newest release that is ' +
    'out and not withdrawn; where a region has not got it, the one before. With --region AMIs only.\n\n' +
    'Reads the releases of the checkout, or with --from what a site publishes: its signed documents, each by a key of the keyring, ' +
    'and none older than was seen before. Get keys from where you trust them, not from the site. docs/find.md has more.',
  options: [
    { flags: '--distro <name>', description: 'such as debian, or with its release, debian-12' },
    { flags: '--image <name>', description: 'such as cloud-base' },
    { flags: '--arch <name>', description: 'x86_64 or aarch64; amd64 and arm64 are the same' },
    { flags: '--region <name>', description: 'AMIs of this AWS region only' },
    { flags: '--version <version>', description: 'this one instead of the newest, such as 20261122.0' },
    {
      flags: '--at <date>',
      description: 'the newest that was public at the end of this day (YYYY-MM-DD), or at a moment',
    },
    { flags: '--from <address>', description: 'a site, by https, instead of the checkout' },
    {
      flags: '--keyring <path>',
      description: 'with --from: public keys, a file or a folder (default: releases/keys)',
    },
    {
      flags: '--state <file>',
      description: 'with --from: remembers serials (default: aperiodic/serials.json below XDG_STATE_HOME)',
    },
  ],
  examples: [
    'aperiodic find --distro debian --image cloud-base --arch x86_64 --region eu-west-1',
    'aperiodic find --distro debian-12 --image cloud-base --at 2026-11-01 --json',
    'aperiodic find --image cloud-base --from https://images.example.org --keyring keys.asc',
  ],
  failure: 'nothing fits, and why; or a document is not what was signed',
  action: async (context) => (await import('./actions/find.ts')).runFind(context),
};
