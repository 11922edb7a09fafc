import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Answer, GuestContext } from '../../../scripts/model/qa/check.ts';
import { guestChecks } from '../../../scripts/model/qa/checks.ts';
import { makeAnswer, makeContext } from './context.ts';
import { sshd } from './good-answers.ts';

function judge(id: string, answer: string | Answer, context: GuestContext = makeContext()) {
  const check = guestChecks.find((one) => one.id === id);
  assert.ok(check, id);
  const { passed, seen } = check.judge(typeof answer === 'string' ? makeAnswer(answer) : answer, context);
  return `${passed ? 'passed' : 'failed'}: ${seen}`;
}

const cloudInit = (state: string, errors: string[] = [], more = '') => `
status: ${state}
detail:
DataSourceNoCloud [seed=/dev/vdb][dsmode=net]
btime=1000
result=${JSON.stringify({ v1: { datasource: 'DataSourceNoCloud [seed=/dev/vdb]', errors } })}
status=${JSON.stringify({ v1: { stage: null, init: { finished: 1040.5 }, 'modules-final': { finished: 1062.4 } } })}
${more}`;

test('cloud-init is done, and how long it took is told', () => {
  assert.equal(
    judge('cloud-init-done', cloudInit('done')),
    'passed: done after 62 s, from DataSourceNoCloud [seed=/dev/vdb]',
  );
});

test('warnings of cloud-init are shown and do not fail it', () => {
  const seen = judge('cloud-init-done', cloudInit('done', [], 'logged: x - util.py[WARNING]: odd'));
  assert.match(seen, /^passed: .*\nx - util.py\[WARNING\]: odd$/);
});

test('an error of cloud-init, another state, another data source or no answer fails', () => {
  assert.match(judge('cloud-init-done', cloudInit('error', ['boom'])), /^failed: status: error\nerror: boom/);
  assert.match(
    judge('cloud-init-done', cloudInit('done').replaceAll('NoCloud', 'None')),
    /^failed: data source/,
  );
  assert.match(judge('cloud-init-done', 'status: done\nresult={'), /^failed: .*no data source/);
  assert.match(judge('cloud-init-done', ''), /^failed: status: no status/);
});

test('only running is running', () => {
  for (const id of ['system-running', 'system-running-again']) {
    assert.equal(judge(id, 'running\n'), 'passed: running');
    assert.equal(judge(id, makeAnswer('degraded\n', { exitCode: 1 })), 'failed: degraded');
    assert.equal(judge(id, ''), 'failed: no answer');
  }
});

test('failed units are named', () => {
  assert.equal(judge('no-failed-unit', '\n'), 'passed: none failed');
  assert.equal(
    judge('no-failed-unit-again', 'a.service loaded failed failed A\n'),
    'failed: a.service loaded failed failed A',
  );
  assert.match(judge('no-failed-unit', makeAnswer('', { exitCode: 1 })), /^failed/);
});

const mib = 1024 ** 2;
const sizes = (disk: number, start: number, size: number, offered: number) =>
  `source=/dev/vda3\ndisk=${disk * mib}\nstart=${start * mib}\nsize=${size * mib}\noffered=${offered * mib}\n`;

test('the root has grown to the end of the disk', () => {
  assert.match(judge('root-grown', sizes(6144, 66, 6077, 5900)), /^passed: disk 6144 MiB/);
  assert.match(
    judge('root-grown', sizes(6144, 66, 2000, 1900)),
    /^failed: the root partition leaves 4078 MiB/,
  );
  assert.match(judge('root-grown', sizes(6144, 66, 6077, 1900)), /^failed: the file system did not grow/);
  assert.match(
    judge('root-grown', sizes(2048, 66, 1981, 1900)),
    /^failed: the guest sees a disk of 2048 MiB/,
  );
  assert.equal(judge('root-grown', 'disk=1\n'), 'failed: the sizes cannot be read');
  assert.equal(
    judge('root-grown', sizes(6144, 66, 6077, 5900).replace(/size=\d+/, 'size=?')),
    'failed: the sizes cannot be read',
  );
});

test('the EFI system partition is vfat', () => {
  assert.match(judge('efi-partition-mounted', '/dev/vda2 vfat rw,relatime\n'), /^passed/);
  assert.equal(judge('efi-partition-mounted', 'systemd-1 autofs rw\n'), 'failed: systemd-1 autofs rw');
  assert.equal(judge('efi-partition-mounted', ''), 'failed: not mounted');
});

test('what fstab names is in use', () => {
  const root = '/ ext4 /dev/vda4 /dev/vda4\n';
  const swap = 'none swap /dev/vda3 /dev/vda3\n';
  assert.match(judge('fstab-in-use', `${root}${swap}`), /^passed: \/ ext4/);
  assert.equal(
    judge('fstab-in-use', `${root}none swap UUID=a \n`),
    'failed: swap: UUID=a is meant, nothing is in use',
  );
  assert.equal(
    judge('fstab-in-use', `${root}/boot ext4 /dev/vda2 /dev/vdb1\n`),
    'failed: /boot: /dev/vda2 is meant, /dev/vdb1 is in use',
  );
  assert.equal(judge('fstab-in-use', swap), `failed: ${swap.trim()}`);
  assert.equal(judge('fstab-in-use', ''), 'failed: fstab is empty');
});

test('the effective settings of sshd take only keys', () => {
  assert.match(judge('ssh-settings', sshd), /^passed: passwordauthentication no, /);
  assert.equal(
    judge('ssh-settings', sshd.replace('passwordauthentication no', 'passwordauthentication yes')),
    'failed: passwordauthentication yes',
  );
  assert.equal(
    judge('ssh-settings', sshd.replace('without-password', 'yes').replace(/^kbd.*\n/m, '')),
    'failed: kbdinteractiveauthentication not set\npermitrootlogin yes',
  );
  assert.match(
    judge('ssh-settings', makeAnswer('', { exitCode: 1, stderr: 'no keys' })),
    /^failed: .*no keys/,
  );
});

test('root and all others have no usable password', () => {
  assert.equal(judge('accounts-locked', 'root:locked\ndebian:locked\n'), 'passed: root locked, 2 accounts');
  assert.equal(
    judge('accounts-locked', 'root:usable\ngames:empty\n'),
    'failed: root: usable password\ngames: empty password',
  );
  assert.match(judge('accounts-locked', ''), /^failed/);
  const context = makeContext();
  context.spec.users.push({
    name: 'operator',
    groups: [],
    passwordHash: '$6$x',
    locked: false,
    origin: { file: 'test.ks', line: 1 },
  });
  assert.match(judge('accounts-locked', 'root:locked\noperator:usable\n', context), /^passed/);
});

const packages = 'alpha 1.0-1 amd64 ii \nbeta 2:3.1 all ii \n';

test('packages equal the pins', () => {
  assert.equal(judge('packages-pinned', packages), 'passed: 2 packages, all as pinned');
  assert.equal(
    judge('packages-pinned', packages.replace('alpha', 'gamma')),
    'failed: extra: gamma amd64 1.0-1\nmissing: alpha 1.0-1 amd64',
  );
  assert.equal(
    judge('packages-pinned', packages.replace('2:3.1', '3.1')),
    'failed: different: beta all: pinned 2:3.1, installed 3.1',
  );
  assert.match(
    judge('packages-pinned', packages.replace('1 amd64', '1 arm64')),
    /extra: alpha arm64.*\n.*missing: alpha/,
  );
  assert.match(
    judge('packages-pinned', packages.replace('ii', 'iU')),
    /half installed: alpha 1.0-1 amd64 \(iU\)/,
  );
  assert.match(judge('packages-pinned', `${packages}old 1 amd64 rc \n`), /extra: old amd64 1/);
});

test('the kernel has the arguments of the kickstart', () => {
  assert.match(judge('kernel-arguments', 'root=UUID=1 ro console=tty0 console=ttyS0,115200n8\n'), /^passed/);
  assert.equal(judge('kernel-arguments', 'ro console=ttyS0,115200n8\n'), 'failed: lacks console=tty0');
});

test('services are as the kickstart says', () => {
  assert.equal(
    judge('services-as-asked', 'ssh enabled\napt-daily.timer disabled\n'),
    'passed: 2 services as asked',
  );
  assert.equal(
    judge('services-as-asked', 'ssh \napt-daily.timer enabled\n'),
    'failed: ssh: not found\napt-daily.timer: enabled',
  );
});

test('the clock may be a minute away, the zone not', () => {
  const at = (seconds: number, zone = 'Etc/UTC') => `zone=${zone}\nnow=${1_700_000_000 + seconds}.5\n`;
  assert.match(judge('clock-right', at(30)), /^passed: 3[01] s ahead of the host, zone Etc\/UTC$/);
  assert.match(judge('clock-right', at(-60, 'UTC')), /^passed: .* behind the host/);
  assert.match(judge('clock-right', at(60)), /^failed/);
  assert.match(
    judge('clock-right', at(0, 'Europe/Berlin')),
    /^failed: the time zone is Europe\/Berlin, not Etc\/UTC$/,
  );
  assert.match(judge('clock-right', ''), /^failed/);
});

const network = `address=eth0 10.0.2.15/24
route=default via 10.0.2.1 dev eth0
resolver=10.0.2.3
configured=1
reply=aperiodic
`;

test('the network has address, route, resolver and carries data', () => {
  assert.match(judge('network-up', network), /^passed: eth0 10.0.2.15\/24; default via/);
  assert.equal(judge('network-up', network.replace(/^route=.*$/m, 'route=')), 'failed: no default route');
  assert.match(
    judge('network-up', network.replace('reply=aperiodic', 'reply=other')),
    /^failed: no answer over TCP/,
  );
  assert.match(
    judge('network-up', 'configured=0\n'),
    /no address\nno default route\nno name server.*\n\/etc\/resolv.conf/,
  );
});

const menu = `code=0
kernel=6.1.0-1
uuid=11-22
partuuid=33-44
entry: /boot/vmlinuz-6.1.0-1 root=UUID=11-22 ro quiet
`;

test('the boot menu starts the running kernel with a root that does not depend on device names', () => {
  assert.match(judge('boot-menu-updates', menu), /^passed: \/boot\/vmlinuz-6.1.0-1 root=UUID=11-22/);
  assert.match(judge('boot-menu-updates', menu.replace('UUID=11-22 ro', 'PARTUUID=33-44 ro')), /^passed/);
  assert.match(
    judge('boot-menu-updates', menu.replace('UUID=11-22 ro', '/dev/vda3 ro')),
    /^failed: no entry/,
  );
  assert.match(
    judge('boot-menu-updates', menu.replace('vmlinuz-6.1.0-1', 'vmlinuz-6.1.0-0')),
    /^failed: no entry/,
  );
  assert.match(judge('boot-menu-updates', menu.replace('code=0', 'code=1')), /^failed: update-grub ended/);
});

test('the boot loader is installed for the firmware that runs', () => {
  assert.match(
    judge('boot-loader-installs', makeAnswer('', { stderr: 'Installation finished. No error reported.' })),
    /^passed/,
  );
  assert.match(
    judge('boot-loader-installs', makeAnswer('', { exitCode: 1, stderr: 'no' })),
    /^failed: exit code 1: no/,
  );
  const check = guestChecks.find(({ id }) => id === 'boot-loader-installs');
  assert.match(check?.script(makeContext()) ?? '', /--target=i386-pc/);
  assert.match(check?.script(makeContext({ guest: 'uefi' })) ?? '', /--target=x86_64-efi .*--removable/);
});

test('what the kickstart names cannot break out of a script', () => {
  const context = makeContext();
  context.spec.timezone = "x'; reboot; '";
  context.spec.services.enabled = ["y'$(reboot)"];
  for (const check of guestChecks) {
    const bare = check.script(context).replaceAll(/'[^']*'|\\'/g, '');
    assert.doesNotMatch(bare, /reboot/, check.id);
  }
});
