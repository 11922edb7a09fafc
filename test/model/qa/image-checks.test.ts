import assert from 'node:assert/strict';
import { test } from 'node:test';
import { imageChecks } from '../../../scripts/model/qa/checks.ts';
import { makeContext, makeDisk, trusted } from './context.ts';

const clean = {
  ...trusted,
  '/boot/vmlinuz-6.1.0-1-cloud-amd64': 'kernel',
  '/boot/initrd.img-6.1.0-1-cloud-amd64': 'initrd',
  '/etc/hostname': 'localhost\n',
  '/etc/machine-id': '',
  '/etc/ssh/sshd_config': 'Include /etc/ssh/sshd_config.d/*.conf\n',
  '/etc/apt/sources.list': '# copy: of nothing\n',
  '/etc/apt/apt.conf.d/70debconf': 'DPkg::Pre-Install-Pkgs {"/usr/sbin/dpkg-preconfigure --apt || true";};\n',
  '/root/.bashrc': '',
  '/var/log/wtmp': '',
  '/var/lib/apt/lists/lock': '',
};

async function failuresOf(files: Readonly<Record<string, string>>, context = makeContext(), usedMiB = 500) {
  const disk = makeDisk(files, usedMiB);
  const failures: Record<string, string> = {};
  for (const check of imageChecks) {
    const verdict = await check.inspect(disk, context);
    assert.notEqual(verdict.seen, '', check.id);
    if (!verdict.passed) failures[check.id] = verdict.seen;
  }
  return failures;
}

test('a clean image passes every check', async () => {
  assert.deepEqual(await failuresOf(clean), {});
});

const spoiled: [string, Record<string, string>, Record<string, string>][] = [
  [
    'host keys',
    { '/etc/ssh/ssh_host_ed25519_key': 'secret' },
    { 'no-host-keys': '/etc/ssh/ssh_host_ed25519_key' },
  ],
  ['a machine ID', { '/etc/machine-id': 'abc\n' }, { 'no-machine-id': '/etc/machine-id has content' }],
  [
    "D-Bus's machine ID",
    { '/var/lib/dbus/machine-id': 'abc\n' },
    { 'no-machine-id': '/var/lib/dbus/machine-id has content' },
  ],
  [
    'a random seed',
    { '/var/lib/systemd/random-seed': 'seed' },
    { 'no-random-seed': '/var/lib/systemd/random-seed' },
  ],
  [
    'keys of users',
    { '/root/.ssh/authorized_keys': 'key', '/home/debian/.ssh/id_rsa': 'key' },
    { 'no-authorized-keys': '/root/.ssh/authorized_keys\n/home/debian/.ssh/id_rsa' },
  ],
  ['logs', { '/var/log/dpkg.log': 'text' }, { 'no-logs': '/var/log/dpkg.log (4 bytes)' }],
  [
    'package lists and packages',
    { '/var/lib/apt/lists/a_Packages': 'x', '/var/cache/apt/archives/a.deb': 'x' },
    { 'no-package-cache': '/var/lib/apt/lists/a_Packages\n/var/cache/apt/archives/a.deb' },
  ],
  [
    'left-overs',
    {
      '/usr/sbin/policy-rc.d': '#!/bin/sh',
      '/root/.bash_history': 'ls',
      '/etc/.resolv.conf.systemd-resolved.bak': 'nameserver 192.0.2.1',
      '/etc/apt/apt.conf.d/99mmdebstrap': 'x',
      '/etc/apt/apt.conf.d/00proxy': 'Acquire::http::Proxy "http://127.0.0.1:3142";',
      '/etc/shadow-': 'x',
      '/etc/pam.d/common-auth.dpkg-old': 'x',
      '/var/lib/dpkg/status-old': 'x',
      '/tmp/x': '',
    },
    {
      'no-build-leftovers': [
        '/etc/.resolv.conf.systemd-resolved.bak',
        '/etc/apt/apt.conf.d/00proxy',
        '/etc/apt/apt.conf.d/99mmdebstrap',
        '/etc/pam.d/common-auth.dpkg-old',
        '/etc/shadow-',
        '/root/.bash_history',
        '/tmp/x',
        '/usr/sbin/policy-rc.d',
        '/var/lib/dpkg/status-old',
      ].join('\n'),
    },
  ],
  [
    "the host's name, resolver and sources",
    {
      '/etc/hostname': 'builder-7',
      '/etc/resolv.conf': 'nameserver 192.0.2.1\n',
      '/etc/apt/sources.list.d/build.list': 'deb [trusted=yes] copy:/build ./',
    },
    {
      'no-host-identity':
        '/etc/hostname says builder-7\n/etc/resolv.conf has settings\n/etc/apt/sources.list.d/build.list names a local or unverified place',
    },
  ],
  [
    'two kernels',
    { '/boot/vmlinuz-6.1.0-2': '' },
    { 'kernel-present': 'several kernels: 6.1.0-1-cloud-amd64, 6.1.0-2' },
  ],
];

for (const [what, files, expected] of spoiled) {
  test(`an image with ${what} fails`, async () => {
    assert.deepEqual(await failuresOf({ ...clean, ...files }), expected);
  });
}

test('keys that the kickstart adds are no surprise', async () => {
  const context = makeContext();
  context.spec.sshKeys.push({ user: 'debian', key: 'ssh-ed25519 AAAA' });
  assert.deepEqual(await failuresOf({ ...clean, '/home/debian/.ssh/authorized_keys': 'key' }, context), {});
});

test('sizes are compared with the limits of the stream', async () => {
  const context = makeContext({ artifacts: [{ name: 'a.qcow2', size: 200 * 1024 ** 2 + 1 }] });
  assert.deepEqual(await failuresOf(clean, context, 700.01), {
    'download-size': 'a.qcow2: 201 MiB of 200 MiB',
    'used-size': '701 of 700 MiB',
  });
});

test('long findings are cut', async () => {
  const files = Object.fromEntries(Array.from({ length: 30 }, (_, i) => [`/var/log/${i}`, 'x']));
  assert.match((await failuresOf({ ...clean, ...files }))['no-logs'] ?? '', /\nand 10 more$/);
});
