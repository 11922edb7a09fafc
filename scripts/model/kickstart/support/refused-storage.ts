/** Commands about disks that an image cannot honour, or not yet, with their options. */
import { type CommandTable, each, refused, withOptions } from './standing.ts';

const plainOnly = refused('only plain partitions for now: write part lines for biosboot, /boot/efi and /');
const emptyDisk = refused('the image is a new, empty disk: write part lines');
const network = refused('storage over the network does not fit an image of one disk: remove the line');
const mainframe = refused('for machines of a kind that no image is made for: remove the line');

const encryption = ['--encrypted', '--passphrase', '--escrowcert', '--backuppassphrase', '--cipher'];
const luks = ['--luks-version', '--pbkdf', '--pbkdf-memory', '--pbkdf-time', '--pbkdf-iterations'];
const fileSystem = ['--fstype', '--fsoptions', '--fsprofile', '--label', '--mkfsoptions'];

export const refusedStorage: CommandTable = {
  logvol: withOptions(plainOnly, [
    '--name',
    '--vgname',
    '--size',
    '--percent',
    '--grow',
    '--maxsize',
    '--recommended',
    '--hibernation',
    '--resize',
    '--noformat',
    '--useexisting',
    '--thinpool',
    '--thin',
    '--poolname',
    '--chunksize',
    '--metadatasize',
    '--profile',
    '--cachesize',
    '--cachemode',
    '--cachepvs',
    ...fileSystem,
    ...encryption,
    ...luks,
  ]),
  volgroup: withOptions(plainOnly, [
    '--noformat',
    '--useexisting',
    '--reserved-space',
    '--reserved-percent',
    '--pesize',
  ]),
  raid: withOptions(plainOnly, [
    '--device',
    '--level',
    '--spares',
    '--chunksize',
    '--noformat',
    '--useexisting',
    ...fileSystem,
    ...encryption,
    ...luks,
  ]),
  btrfs: withOptions(plainOnly, [
    '--label',
    '--data',
    '--metadata',
    '--subvol',
    '--parent',
    '--name',
    '--mkfsoptions',
    '--noformat',
    '--useexisting',
  ]),
  stratisfs: withOptions(plainOnly, [
    '--size',
    '--grow',
    '--maxsize',
    '--name',
    '--poolname',
    '--useexisting',
  ]),
  stratispool: withOptions(plainOnly, ['--useexisting', '--encrypted', '--passphrase', '--overprovisioning']),
  mount: withOptions(emptyDisk, ['--reformat', '--mkfsoptions', '--mountoptions']),
  snapshot: withOptions(emptyDisk, ['--name', '--when']),
  iscsi: withOptions(network, [
    '--target',
    '--ipaddr',
    '--port',
    '--user',
    '--password',
    '--reverse-user',
    '--reverse-password',
    '--iface',
  ]),
  iscsiname: network,
  fcoe: withOptions(network, ['--nic', '--dcb', '--autovlan']),
  zfcp: withOptions(mainframe, ['--devnum', '--wwpn', '--fcplun']),
  zipl: withOptions(mainframe, ['--secure-boot', '--force-secure-boot', '--no-secure-boot']),
  ...each(
    ['dmraid', 'multipath', 'nvdimm'],
    refused('the kickstart syntax no longer has it: remove the line'),
  ),
};
