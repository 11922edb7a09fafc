/** Honoured commands about where packages come from. */
import { type CommandTable, each, honoured, refused } from './standing.ts';

const address = honoured('or one of the other two; $releasever and $basearch are filled in');
const filter = honoured('names and patterns, with commas between');
const transport = refused(
  'how servers are reached is a matter of the building machine: see docs/configuration.md',
);
const unchecked = refused('what a server sends is always checked: remove it');
const transports = ['--proxy', '--sslcacert', '--sslclientcert', '--sslclientkey'];

export const repositoryCommands: CommandTable = {
  url: {
    ...honoured("rpm only: address of the stream's first repository, unless configuration has another"),
    options: {
      ...each(['--url', '--mirrorlist', '--metalink'], address),
      '--noverifyssl': unchecked,
      ...each(transports, transport),
    },
  },
  repo: {
    ...honoured(
      'rpm only: address of a repository of the stream by its id, unless configuration has another',
    ),
    options: {
      '--name': honoured(
        "id of the repository in releases/repositories.yaml, which names its keys; also in the stream's repositories",
      ),
      ...each(['--baseurl', '--mirrorlist', '--metalink'], address),
      '--cost': honoured('the lower one is preferred for the same package'),
      '--includepkgs': filter,
      '--excludepkgs': filter,
      '--install': refused(
        'no repository file is written into the image: install a package with it, or write it in %post',
      ),
      '--noverifyssl': unchecked,
      ...each(transports, transport),
    },
  },
};
