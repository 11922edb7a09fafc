/** Commands that steer an installer and its screens: an image is made without one. */
import { type CommandTable, each, ignored, withOptions } from './standing.ts';

const noInstaller = ignored('no installer runs when an image is made');
const noSession = ignored('an image is made without questions');
const emptyDisk = ignored('the image is always a new, empty disk with a GPT label');
const noEnd = ignored('nothing runs that could be stopped');

export const ignoredCommands: CommandTable = {
  ...each(['text', 'graphical', 'cmdline'], withOptions(noSession, ['--non-interactive'])),
  ...each(['reboot', 'poweroff', 'shutdown', 'halt'], withOptions(noEnd, ['--eject', '--kexec'])),
  ...each(['mediacheck', 'updates'], noInstaller),
  logging: withOptions(noInstaller, ['--host', '--port']),
  clearpart: withOptions(emptyDisk, [
    '--all',
    '--initlabel',
    '--linux',
    '--none',
    '--disklabel',
    '--drives',
    '--list',
    '--cdl',
  ]),
  zerombr: emptyDisk,
  ignoredisk: withOptions(emptyDisk, ['--drives', '--only-use']),
  eula: withOptions(noSession, ['--agreed']),
  skipx: ignored('nothing here sets up a graphical desktop'),
};
