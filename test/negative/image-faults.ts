/** Faults that are found without booting. */
import type { Fault } from './fault.ts';

const someKey =
  'ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIFixtureFixtureFixtureFixtureFixtureFixtureFix somebody@example.com\n';

/** Of no password: crypt(5) takes the form. */
const hash = `$6$fixture$${'x'.repeat(86)}`;

export const imageFaults: readonly Fault[] = [
  {
    name: 'partition-table-lost',
    broken: 'The disk has no partition table.',
    patches: [{ kind: 'bytes', offset: 0, data: new Uint8Array(34 * 512) }],
    refusedBy: { id: 'disk-readable', where: 'image' },
  },
  {
    name: 'superblock-lost',
    broken: 'The root file system has no superblock.',
    patches: [{ kind: 'bytes', offset: 0, of: 'root', data: new Uint8Array(4096) }],
    refusedBy: { id: 'disk-readable', where: 'image' },
  },
  {
    name: 'host-keys-baked-in',
    broken: 'Every instance has the ssh host key of the image.',
    patches: [
      {
        kind: 'write',
        path: '/etc/ssh/ssh_host_ed25519_key',
        content: 'a fixture, not a key\n',
        mode: 0o100600,
      },
    ],
    refusedBy: { id: 'no-host-keys', where: 'image' },
  },
  {
    name: 'user-key-baked-in',
    broken: 'Whoever built the image can log in to every instance.',
    patches: [{ kind: 'write', path: '/root/.ssh/authorized_keys', content: someKey, mode: 0o100600 }],
    refusedBy: { id: 'no-authorized-keys', where: 'image' },
  },
  {
    name: 'root-password-set',
    broken: 'Root has a password that everybody can look up.',
    patches: [
      { kind: 'replace', path: '/etc/shadow', from: /^root:[^:]*/gm, to: `root:${hash}`, mode: 0o100640 },
    ],
    refusedBy: { id: 'no-passwords', where: 'image' },
  },
  {
    name: 'user-with-empty-password',
    broken: 'An account of the build has no password at all.',
    patches: [
      {
        kind: 'replace',
        path: '/etc/passwd',
        from: /$/g,
        to: 'builder:x:1000:1000::/home/builder:/bin/bash\n',
      },
      {
        kind: 'replace',
        path: '/etc/shadow',
        from: /$/g,
        to: 'builder::20000:0:99999:7:::\n',
        mode: 0o100640,
      },
    ],
    refusedBy: { id: 'no-passwords', where: 'image' },
  },
  {
    name: 'ca-bundle-missing',
    broken: 'No certificate is trusted.',
    patches: [{ kind: 'remove', path: '/etc/ssl/certs/ca-certificates.crt' }],
    refusedBy: { id: 'ca-bundle', where: 'image' },
  },
  {
    name: 'world-writable-etc',
    broken: 'Everybody may replace the settings of the system.',
    patches: [{ kind: 'mode', path: '/etc', mode: 0o040777 }],
    refusedBy: { id: 'world-writable', where: 'image' },
  },
  {
    name: 'setuid-shell',
    broken: 'A program gives every user the rights of root.',
    patches: [{ kind: 'mode', path: '/usr/bin/dash', mode: 0o104755 }],
    refusedBy: { id: 'setuid-files', where: 'image' },
  },
  {
    name: 'stale-machine-id',
    broken: 'The image was booted once, and every instance has the machine ID of then.',
    patches: [{ kind: 'write', path: '/etc/machine-id', content: `${'0123456789abcdef'.repeat(2)}\n` }],
    refusedBy: { id: 'no-machine-id', where: 'image' },
  },
  {
    name: 'known-random-seed',
    broken: 'Every instance begins with the same random seed.',
    patches: [
      { kind: 'write', path: '/var/lib/systemd/random-seed', content: 'x'.repeat(512), mode: 0o100600 },
    ],
    refusedBy: { id: 'no-random-seed', where: 'image' },
  },
  {
    name: 'full-disk',
    broken: 'A file left over fills most of the root file system.',
    patches: [{ kind: 'allocate', path: '/var/filler', blocks: 350_000 }],
    refusedBy: { id: 'used-size', where: 'image' },
  },
  {
    name: 'initrd-missing',
    broken: 'The kernel has no initial RAM disk.',
    patches: [{ kind: 'remove', path: '/boot/initrd.img-*' }],
    refusedBy: { id: 'kernel-present', where: 'image' },
  },
  {
    name: 'proxy-of-the-build',
    broken: 'Instances fetch packages through a proxy that only the build host reaches.',
    patches: [
      {
        kind: 'write',
        path: '/etc/apt/apt.conf.d/99build',
        content: 'Acquire::http::Proxy "http://192.0.2.1:3142";\n',
      },
    ],
    refusedBy: { id: 'no-build-leftovers', where: 'image' },
  },
  {
    name: 'services-blocked',
    broken: 'The policy that keeps services from starting in the build root was left in the image.',
    patches: [
      { kind: 'write', path: '/usr/sbin/policy-rc.d', content: '#!/bin/sh\nexit 101\n', mode: 0o100755 },
    ],
    refusedBy: { id: 'no-build-leftovers', where: 'image' },
  },
  {
    name: 'cloud-init-removed',
    broken: 'Nothing gives an instance its user and its key.',
    patches: [
      { kind: 'remove', path: '/usr/bin/cloud-init' },
      ...['cloud-init-local', 'cloud-init', 'cloud-config', 'cloud-final'].map(
        (unit) =>
          ({ kind: 'remove', path: `/etc/systemd/system/cloud-init.target.wants/${unit}.service` }) as const,
      ),
    ],
    refusedBy: { id: 'cloud-init-enabled', where: 'image' },
  },
];
