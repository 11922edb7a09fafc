/** Commands that an image cannot honour, or not yet, each with its options and what to write instead. */
import { type CommandTable, each, refused, withOptions } from './standing.ts';

const repositories = refused(
  "repositories come from the stream: name them in its stream.yaml, 'repositories'",
);
const removed = refused('the kickstart syntax no longer has it: remove the line');
const secret = refused('holds a password for an installer, and none runs: remove the line');
const tree = refused('images are made of packages: list them in %packages');

export const refusedCommands: CommandTable = {
  nfs: withOptions(repositories, ['--server', '--dir', '--opts']),
  ...each(['cdrom', 'hmc'], repositories),
  harddrive: withOptions(repositories, ['--dir', '--partition']),
  liveimg: withOptions(tree, ['--url', '--proxy', '--noverifyssl', '--checksum']),
  ostreecontainer: withOptions(tree, [
    '--stateroot',
    '--url',
    '--transport',
    '--remote',
    '--no-signature-verification',
  ]),
  ostreesetup: withOptions(tree, ['--osname', '--remote', '--url', '--ref', '--nogpg']),
  bootc: withOptions(tree, [
    '--stateroot',
    '--source-imgref',
    '--target-imgref',
    '--bootloader',
    '--composefs',
  ]),
  sshpw: withOptions(secret, ['--username', '--iscrypted', '--plaintext', '--lock', '--sshkey']),
  rdp: withOptions(secret, ['--username', '--password']),
  ...each(
    ['auth', 'authconfig', 'autostep', 'device', 'deviceprobe', 'install', 'method', 'module', 'vnc'],
    removed,
  ),
  authselect: refused('this distribution has no authselect: change /etc/pam.d in %post'),
  driverdisk: withOptions(
    refused('there is no installer to load drivers: list driver packages in %packages'),
    ['--source', '--biospart'],
  ),
  realm: refused('joining a realm needs a running machine and a secret: let cloud-init do it'),
  rescue: withOptions(refused('starts a rescue system instead of an installation: remove the line'), [
    '--nomount',
    '--romount',
  ]),
  xconfig: withOptions(refused('graphical desktops are not set up: remove the line'), [
    '--defaultdesktop',
    '--startxonboot',
  ]),
};
