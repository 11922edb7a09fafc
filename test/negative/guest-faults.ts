/** Faults that only a running system shows. */
import type { Fault } from './fault.ts';

const failingUnit = `[Unit]
Description=A service that does not start
[Service]
Type=oneshot
ExecStart=/bin/false
[Install]
WantedBy=multi-user.target
`;

/** Sorts before what cloud-init writes, and so wins (systemd.network(5)). */
const networkWithoutRoute = `[Match]
Name=eth0
[Network]
DHCP=ipv4
[DHCPv4]
UseRoutes=no
UseGateway=no
UseDNS=no
`;

export const guestFaults: readonly Fault[] = [
  {
    name: 'failed-unit',
    broken: 'A service fails at each start.',
    patches: [
      { kind: 'write', path: '/etc/systemd/system/broken.service', content: failingUnit },
      {
        kind: 'link',
        path: '/etc/systemd/system/multi-user.target.wants/broken.service',
        target: '/etc/systemd/system/broken.service',
      },
    ],
    refusedBy: { id: 'no-failed-unit', where: 'bios' },
  },
  {
    name: 'broken-network',
    broken: 'Instances get an address, and neither route nor name server.',
    patches: [
      { kind: 'write', path: '/etc/systemd/network/00-broken.network', content: networkWithoutRoute },
    ],
    refusedBy: { id: 'network-up', where: 'bios' },
  },
  {
    name: 'wrong-package',
    broken: 'A package is installed in another version than the pins say.',
    patches: [
      {
        kind: 'replace',
        path: '/var/lib/dpkg/status',
        from: /(?<=^Package: curl\n(?:.+\n)*?Version: ).+$/gm,
        to: '1.0-1',
      },
    ],
    refusedBy: { id: 'packages-pinned', where: 'bios' },
  },
  {
    name: 'passwords-offered',
    broken: 'The ssh server takes passwords.',
    patches: [
      { kind: 'write', path: '/etc/ssh/sshd_config.d/10-open.conf', content: 'PasswordAuthentication yes\n' },
    ],
    refusedBy: { id: 'password-refused', where: 'bios' },
  },
  {
    name: 'no-serial-console',
    broken: 'Nobody can log in on the serial console.',
    patches: [{ kind: 'link', path: '/etc/systemd/system/serial-getty@ttyS0.service', target: '/dev/null' }],
    refusedBy: { id: 'serial-console', where: 'bios' },
  },
  {
    name: 'default-user-with-password',
    broken: 'The default user has a password that everybody knows.',
    patches: [
      {
        kind: 'write',
        path: '/etc/cloud/cloud.cfg.d/99_password.cfg',
        content: '#cloud-config\nchpasswd: { expire: false, list: ["debian:debian"] }\n',
      },
    ],
    refusedBy: { id: 'accounts-locked', where: 'bios' },
  },
  {
    name: 'swap-missing',
    broken: 'fstab names swap that is not there, in a way that does not hold up the boot.',
    patches: [
      {
        kind: 'replace',
        path: '/etc/fstab',
        from: /\n$/,
        to: '\nUUID=00000000-0000-4000-8000-000000000000 none swap sw,nofail 0 0\n',
      },
    ],
    refusedBy: { id: 'fstab-in-use', where: 'bios' },
  },
  {
    name: 'update-grub-breaks-boot',
    broken: 'The boot menu that update-grub writes does not boot.',
    patches: [
      {
        kind: 'write',
        path: '/etc/default/grub.d/99-broken.cfg',
        content: 'GRUB_CMDLINE_LINUX="$GRUB_CMDLINE_LINUX init=/bin/false"\n',
      },
    ],
    refusedBy: { id: 'reboots', where: 'bios' },
    after: ['boot-menu-updates'],
    reboots: true,
  },
];
