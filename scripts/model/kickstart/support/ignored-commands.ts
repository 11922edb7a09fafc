/** Commands that steer an installer and its screens: an image is made without one. */
import { type CommandTable, each, ignored } from './standing.ts';

const noInstaller = ignored('no installer runs when an image is made');
const noSession = ignored('an image is made without questions');
const emptyDisk = ignored('the image is always a new, empty disk with a GPT label');

export const ignoredCommands: CommandTable = {
  ...each(['text', 'graphical', 'cmdline'], noSession),
  ...each(['reboot', 'poweroff', 'shutdown', 'halt'], ignored('nothing runs that could be stopped')),
  ...each(['mediacheck', 'logging', 'updates'], noInstaller),
  ...each(['clearpart', 'zerombr', 'ignoredisk'], emptyDisk),
  eula: noSession,
  skipx: ignored('nothing here sets up a graphical desktop'),
};
