/** Honoured commands that configure the system. Limits named in notes are those of the interpreter's checks. */
import { type CommandTable, each, honoured, ignored, refused } from './standing.ts';

const staticNetwork = refused('images take their network from DHCP; users give other settings to cloud-init');
const oneDisk = ignored('the image is one disk');

export const systemCommands: CommandTable = {
  bootloader: {
    ...honoured('GRUB for BIOS and for UEFI on the one disk; without the line: no extra words, 5 seconds'),
    options: {
      '--append': honoured(
        'words for the kernel: printable ASCII without characters that GRUB or a shell acts on',
      ),
      '--timeout': honoured('0 to 600 seconds'),
      '--location': honoured('mbr only, which is what is done anyway; other places are refused'),
      '--boot-drive': oneDisk,
      '--driveorder': oneDisk,
      '--leavebootorder': ignored('an image has no boot order of a firmware'),
      '--password': refused('a menu password has no use on a machine without a console; remove it'),
      '--iscrypted': refused('belongs to --password, which is refused'),
      '--md5pass': refused('belongs to --password, which is refused'),
      '--default': refused('the newest kernel is always the default'),
      '--extlinux': refused('not honoured yet: GRUB is the only boot loader'),
      '--sdboot': refused('not honoured yet: GRUB is the only boot loader'),
      '--disabled': honoured('makes the root of a container, without partitions, and not a disk that boots'),
      '--nombr': refused('the image must boot through BIOS too: remove it'),
    },
  },
  firewall: {
    ...honoured(
      'what firewalld is told, which has to be in %packages; --disabled without firewalld: nothing to do, there is no firewall',
    ),
    options: {
      '--disable': honoured('or --disabled; firewalld does not start'),
      '--enable': honoured('or --enabled; firewalld starts'),
      '--use-system-defaults': honoured('nothing is changed'),
      '--service': honoured('names of services of firewalld, which are let in'),
      '--remove-service': honoured('names of services of firewalld, which are not let in'),
      '--port': honoured('such as 443:tcp or 8000-8010:udp'),
      '--trust': honoured('links from which everything is let in'),
      ...each(['--ftp', '--http', '--smtp', '--ssh'], honoured('the older name of --service')),
    },
  },
  firstboot: {
    ...ignored('--disabled only: nothing asks questions at the first boot'),
    options: {
      '--disable': ignored('or --disabled; nothing asks questions at the first boot'),
      '--enable': refused('cloud-init configures the first boot: remove the line'),
      '--reconfig': refused('cloud-init configures the first boot: remove the line'),
    },
  },
  keyboard: {
    ...honoured('XKBLAYOUT in /etc/default/keyboard, for the console too; without the line: us'),
    options: {
      '--xlayouts': honoured('one layout, two to eight lower-case letters; the same as the plain argument'),
      '--vckeymap': honoured(
        'the same as the layout, from which the console takes its map; where no layout is given, it is the layout',
      ),
      '--switch': refused('one layout only: remove it'),
    },
  },
  lang: {
    ...honoured(
      'LANG of the system, UTF-8, which is added where it is left out; other than C.UTF-8 it needs its data: the package locales-all, or glibc-langpack-* or glibc-all-langpacks of an rpm system. Without the line: C.UTF-8',
    ),
    options: { '--addsupport': honoured('needs the data of these locales too') },
  },
  network: {
    ...honoured('DHCP on the links that the machine has, by cloud-init and networkd'),
    options: {
      '--bootproto': honoured('dhcp only'),
      '--device': honoured('every link takes DHCP, so the one that is named here does too'),
      '--onboot': honoured('yes only'),
      '--ipv6': honoured('auto only, which is what is done anyway'),
      '--activate': honoured('links are always brought up'),
      '--hostname': honoured('/etc/hostname; cloud-init sets the name that the cloud gives'),
      '--no-activate': ignored('no installer runs that would need the network'),
      '--notksdevice': ignored('no installer runs that would need the network'),
      '--essid': refused('wireless networks are not set up'),
      '--wepkey': refused('wireless networks are not set up, and a secret does not belong in git'),
      '--wpakey': refused('wireless networks are not set up, and a secret does not belong in git'),
      ...each(
        [
          '--dhcpclass',
          '--ethtool',
          '--gateway',
          '--ip',
          '--mtu',
          '--nameserver',
          '--netmask',
          '--nodns',
          '--noipv4',
          '--noipv6',
          '--nodefroute',
          '--bondslaves',
          '--bondopts',
          '--vlanid',
          '--ipv6gateway',
          '--teamslaves',
          '--teamconfig',
          '--interfacename',
          '--bridgeslaves',
          '--bridgeopts',
          '--bindto',
          '--ipv4-dns-search',
          '--ipv6-dns-search',
          '--ipv4-ignore-auto-dns',
          '--ipv6-ignore-auto-dns',
        ],
        staticNetwork,
      ),
    },
  },
  selinux: {
    ...honoured(
      'of rpm systems: the mode, and labels on every file where a policy is installed; without an option: --enforcing',
    ),
    options: {
      '--disabled': honoured('the only one for Debian, whose images have no policy'),
      '--enforcing': honoured('rpm only: a policy has to be among the packages'),
      '--permissive': honoured('rpm only: a policy has to be among the packages'),
    },
  },
  services: {
    ...honoured('systemd units, enabled or disabled after all packages are in; lines add up'),
    options: {
      '--enabled': honoured('names of units; .service is added where no type is given'),
      '--disabled': honoured('names of units; .service is added where no type is given'),
    },
  },
  timezone: {
    ...honoured(
      '/etc/localtime and /etc/timezone; the clock of the machine is always UTC. Without the line: Etc/UTC',
    ),
    options: {
      '--utc': honoured('the default'),
      '--isUtc': honoured('the older name of --utc'),
      '--nontp': honoured('the older name of timesource --ntp-disable'),
      '--ntpservers': honoured('the older way to write timesource --ntp-server for each of them'),
    },
  },
  timesource: {
    ...honoured('where the clock is set from; lines add up. Without the line: what the distribution has'),
    options: {
      '--ntp-server': honoured(
        'a server for systemd-timesyncd, which has to be in %packages; of an rpm system for chrony',
      ),
      '--ntp-pool': honoured('as --ntp-server: of a pool one server is asked at a time'),
      '--ntp-disable': honoured('systemd-timesyncd, chrony, ntpsec and openntpd do not start'),
      '--nts': refused('not honoured: systemd-timesyncd has no NTS; for chrony write its settings in %post'),
    },
  },
};
