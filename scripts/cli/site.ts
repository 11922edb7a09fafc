/** `aperiodic site`: the web site of the repository's releases. */
import type { Command } from './command.ts';

export const site: Command = {
  name: 'site',
  summary: 'make the web site of all releases',
  description:
    'Makes a static web site from what HEAD of the repository says of its releases: pages to choose, download and launch images, a ' +
    'permanent page of each release, policy and QA expectations. It works below any address, and needs no server but one for files.\n\n' +
    'Only files of what changed are made again. The folder is a symbolic link that goes to the new site when that is complete: a ' +
    'run that fails leaves the last site. With a signing key configured its CHECKSUM is signed. What is not committed is not on ' +
    'the site. docs/site.md has the rest.',
  options: [
    {
      flags: '-o, --output <folder>',
      description: "where it goes (default: 'site.directory' of the configuration)",
    },
  ],
  examples: ['aperiodic site --output public', 'aperiodic site --output /srv/www/images --json'],
  failure: 'a file of the repository is broken, or the folder cannot be written; the last site stays',
  action: async (context) => (await import('./actions/site.ts')).runSite(context),
};
