/** Commands that an image cannot honour, or not yet, each with what to write instead. */
import { type CommandTable, each, refused } from './standing.ts';

const repositories = refused(
  "repositories come from the stream: name them in its stream.yaml, 'repositories'",
);
const storage = refused("only plain partitions for now: write 'part' lines for biosboot, /boot/efi and /");
const removed = refused('the kickstart syntax no longer has it: remove the line');
const network = refused('storage over the network does not fit an image of one disk: remove the line');
const mainframe = refused('for machines of a kind that no image is made for: remove the line');
const secret = refused('holds a password for an installer, and none runs: remove the line');
const tree = refused('images are made of packages: list them in %packages');

export const refusedCommands: CommandTable = {
  ...each(['nfs', 'cdrom', 'harddrive', 'hmc'], repositories),
  ...each(
    ['autopart', 'reqpart', 'logvol', 'volgroup', 'raid', 'btrfs', 'stratisfs', 'stratispool'],
    storage,
  ),
  ...each(['mount', 'snapshot'], refused('the image is a new, empty disk: write part lines')),
  ...each(['iscsi', 'iscsiname', 'fcoe'], network),
  ...each(['zfcp', 'zipl'], mainframe),
  ...each(['liveimg', 'ostreecontainer', 'ostreesetup', 'bootc'], tree),
  ...each(['sshpw', 'rdp'], secret),
  ...each(
    [
      'auth',
      'authconfig',
      'autostep',
      'device',
      'deviceprobe',
      'dmraid',
      'install',
      'method',
      'module',
      'multipath',
      'nvdimm',
      'vnc',
    ],
    removed,
  ),
  authselect: refused('this distribution has no authselect: change /etc/pam.d in %post'),
  driverdisk: refused('there is no installer to load drivers: list driver packages in %packages'),
  group: refused('not honoured yet: run groupadd in %post'),
  realm: refused('joining a realm needs a running machine and a secret: let cloud-init do it'),
  rescue: refused('starts a rescue system instead of an installation: remove the line'),
  timesource: refused('not honoured yet: write /etc/systemd/timesyncd.conf.d/*.conf in %post'),
  xconfig: refused('graphical desktops are not set up: remove the line'),
};
