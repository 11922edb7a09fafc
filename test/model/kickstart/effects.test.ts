/** Every option that the table says is honoured, with what it changes in the image. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { ImageSpec } from '../../../scripts/model/kickstart/image-spec.ts';
import { commandSupport, sectionSupport } from '../../../scripts/model/kickstart/support.ts';
import type { PayloadKind } from '../../../scripts/model/types.generated.ts';
import { biosboot, command, disk, esp, type Line, type Options, review, root } from './commands.ts';

const hash = `$6$salt$${'a'.repeat(86)}`;
const key = `ssh-ed25519 ${Buffer.from(`\0\0\0\x0bssh-ed25519${'x'.repeat(36)}`, 'latin1').toString('base64')}`;
const packages: Line = { packages: ['firewalld', 'locales-all', 'systemd-timesyncd'] };

function specOf(lines: readonly Line[], payload: PayloadKind = 'deb'): ImageSpec {
  const { spec, findings } = review([packages, ...lines], payload);
  assert.ok(spec !== undefined, JSON.stringify(findings.filter(({ standing }) => standing === 'refused')));
  return spec;
}

/** The image with the lines given instead of none. */
const withLines = (...lines: Line[]) => specOf([...disk, ...lines]);
const user = (options: Options) => withLines(command('user', { '--name': 'a', ...options })).users[0];
const rootPart = (options: Options) =>
  specOf([
    biosboot,
    esp,
    command('part', { '--fstype': 'ext4', '--size': 900, ...options }, '/'),
  ]).partitions.at(-1);
const firewall = (options: Options) =>
  withLines(command('firewall', { '--enable': true, ...options })).firewall;
const section = (options: Options) => specOf([...disk, { packages: [], options }]);
const script = (options: Record<string, string | boolean>) =>
  withLines({ script: '%post', options }).scripts[0];

const rpm = (...lines: Line[]) => specOf([...disk, ...lines], 'rpm');
const selinux = (mode: string): Effect => [
  () => rpm(command('selinux', { [`--${mode}`]: true })).selinux,
  mode,
];
const address = 'https://m.example/';
/** The first address of a repository, and one of its facts. */
const sourceOf = (
  name: 'url' | 'repo',
  options: Options,
  fact: 'kind' | 'cost' | 'includePackages' | 'excludePackages' | 'repository',
) =>
  rpm(command(name, name === 'repo' ? { '--name': 'main', ...options } : options)).request.sources?.[0]?.[
    fact
  ];
const repo = (options: Options, fact: Parameters<typeof sourceOf>[2]) =>
  sourceOf('repo', { '--baseurl': address, ...options }, fact);

/** What an option does: a look at the image, and what is seen there. */
type Effect = [look: () => unknown, seen: unknown];
const plain = withLines();
/** Asks for what is done anyway. */
const asAlways = (...lines: Line[]): Effect => [() => withLines(...lines), plain];
const service = (option: string): Effect => [() => firewall({ [`--${option}`]: true })?.services, [option]];

const sizes = (spec: ImageSpec) =>
  spec.partitions.map(({ mount, fstype, sizeMiB }) => [mount, fstype, sizeMiB]);
const needed = [
  ['biosboot', 'biosboot', 1],
  ['/boot/efi', 'efi', 64],
];
const ownBoot = ['/boot', 'ext4', 1024];
/** The disk of autopart. */
const automatic = (options: Options) =>
  sizes(specOf([command('autopart', { '--noswap': true, ...options })]));
const allOfAutomatic = [...needed, ownBoot, ['/', 'ext4', 4096]];

const effects: Record<string, Record<string, Effect>> = {
  autopart: {
    '--type': [() => automatic({ '--type': 0 }), allOfAutomatic],
    '--nolvm': [() => automatic({ '--nolvm': true }), allOfAutomatic],
    '--fstype': [() => automatic({ '--type': 0, '--fstype': 'ext4' }), allOfAutomatic],
    '--noboot': [() => automatic({ '--type': 0, '--noboot': true }), [...needed, ['/', 'ext4', 4096]]],
    // Needed, and there is none.
    '--noswap': [() => automatic({ '--type': 0 }), allOfAutomatic],
  },
  reqpart: {
    '--add-boot': [
      () => sizes(specOf([root, command('reqpart', { '--add-boot': true })])),
      [...needed, ownBoot, ['/', 'ext4', 900]],
    ],
  },
  bootloader: {
    '--append': [() => withLines(command('bootloader', { '--append': 'a=b  c' })).bootloader.append, 'a=b c'],
    '--timeout': [() => withLines(command('bootloader', { '--timeout': 1 })).bootloader.timeoutSeconds, 1],
    '--location': asAlways(command('bootloader', { '--location': 'mbr' })),
    '--disabled': [() => specOf([command('bootloader', { '--disabled': true })]).kind, 'container'],
  },
  firewall: {
    '--disable': [() => withLines(command('firewall', { '--disable': true })).firewall?.enabled, false],
    '--enable': [() => firewall({})?.enabled, true],
    '--use-system-defaults': asAlways(command('firewall', { '--use-system-defaults': true })),
    '--service': [() => firewall({ '--service': ['ssh', 'http'] })?.services, ['ssh', 'http']],
    '--remove-service': [() => firewall({ '--remove-service': ['ssh'] })?.removed, ['ssh']],
    '--port': [() => firewall({ '--port': ['80:tcp'] })?.ports, ['80:tcp']],
    '--trust': [() => firewall({ '--trust': ['eth0'] })?.trusted, ['eth0']],
    '--ftp': service('ftp'),
    '--http': service('http'),
    '--smtp': service('smtp'),
    '--ssh': service('ssh'),
  },
  group: {
    '--name': [() => withLines(command('group', { '--name': 'g' })).groups?.[0]?.name, 'g'],
    '--gid': [() => withLines(command('group', { '--name': 'g', '--gid': 1500 })).groups?.[0]?.gid, 1500],
  },
  keyboard: {
    '--xlayouts': [() => withLines(command('keyboard', { '--xlayouts': ['de'] })).keyboard, 'de'],
    '--vckeymap': [
      () => withLines(command('keyboard', { '--vckeymap': 'de', '--xlayouts': [''] })).keyboard,
      'de',
    ],
  },
  lang: {
    '--addsupport': [
      () => withLines(command('lang', { '--addsupport': ['de_DE.UTF-8'] }, 'en_US')).lang,
      'en_US.UTF-8',
    ],
  },
  network: {
    '--bootproto': asAlways(command('network', { '--bootproto': 'dhcp' })),
    '--device': asAlways(command('network', { '--device': 'eth0' })),
    '--onboot': asAlways(command('network', { '--onboot': true })),
    '--activate': asAlways(command('network', { '--activate': true })),
    '--ipv6': asAlways(command('network', { '--ipv6': 'auto' })),
    '--hostname': [() => withLines(command('network', { '--hostname': 'h' })).hostname, 'h'],
  },
  part: {
    '--fstype': [() => rootPart({})?.fstype, 'ext4'],
    '--size': [() => rootPart({ '--size': 777 })?.sizeMiB, 777],
    '--grow': [() => rootPart({ '--grow': true })?.grow, true],
    '--label': [() => rootPart({ '--label': 'sys' })?.label, 'sys'],
    '--mkfsoptions': [
      () => rootPart({ '--mkfsoptions': '-m 1 -i 8192' })?.mkfsOptions,
      ['-m', '1', '-i', '8192'],
    ],
    '--fsoptions': [() => rootPart({ '--fsoptions': 'rw,noatime' })?.mountOptions, 'rw,noatime'],
  },
  rootpw: {
    '--lock': [() => withLines(command('rootpw', { '--lock': true })).rootLocked, true],
    '--iscrypted': [() => withLines(command('rootpw', { '--iscrypted': true }, hash)).rootPasswordHash, hash],
  },
  repo: {
    '--name': [() => repo({}, 'repository'), 'main'],
    '--baseurl': [() => repo({}, 'kind'), 'baseurl'],
    '--mirrorlist': [() => sourceOf('repo', { '--mirrorlist': address }, 'kind'), 'mirrorlist'],
    '--metalink': [() => sourceOf('repo', { '--metalink': address }, 'kind'), 'metalink'],
    '--cost': [() => repo({ '--cost': 7 }, 'cost'), 7],
    '--includepkgs': [() => repo({ '--includepkgs': ['a,b'] }, 'includePackages'), ['a', 'b']],
    '--excludepkgs': [() => repo({ '--excludepkgs': ['a*'] }, 'excludePackages'), ['a*']],
  },
  selinux: {
    '--disabled': asAlways(command('selinux', { '--disabled': true })),
    '--enforcing': selinux('enforcing'),
    '--permissive': selinux('permissive'),
  },
  services: {
    '--enabled': [
      () => withLines(command('services', { '--enabled': ['a'] })).services.enabled,
      ['a.service'],
    ],
    '--disabled': [
      () => withLines(command('services', { '--disabled': ['a.timer'] })).services.disabled,
      ['a.timer'],
    ],
  },
  sshkey: {
    '--username': [
      () => withLines(command('sshkey', { '--username': 'root' }, key)).sshKeys,
      [{ user: 'root', key }],
    ],
  },
  timesource: {
    '--ntp-server': [
      () => withLines(command('timesource', { '--ntp-server': 'a.example' })).timeServers,
      ['a.example'],
    ],
    '--ntp-pool': [
      () => withLines(command('timesource', { '--ntp-pool': 'a.example' })).timeServers,
      ['a.example'],
    ],
    '--ntp-disable': [() => withLines(command('timesource', { '--ntp-disable': true })).timeDisabled, true],
  },
  timezone: {
    '--utc': asAlways(command('timezone', { '--utc': true }, 'Etc/UTC')),
    '--isUtc': asAlways(command('timezone', { '--isUtc': true }, 'Etc/UTC')),
    '--nontp': [() => withLines(command('timezone', { '--nontp': true }, 'Etc/UTC')).timeDisabled, true],
    '--ntpservers': [
      () => withLines(command('timezone', { '--ntpservers': ['a', 'b'] }, 'Etc/UTC')).timeServers,
      ['a', 'b'],
    ],
  },
  url: {
    '--url': [() => sourceOf('url', { '--url': address }, 'kind'), 'baseurl'],
    '--mirrorlist': [() => sourceOf('url', { '--mirrorlist': address }, 'kind'), 'mirrorlist'],
    '--metalink': [() => sourceOf('url', { '--metalink': address }, 'kind'), 'metalink'],
  },
  user: {
    '--name': [() => user({})?.name, 'a'],
    '--groups': [() => user({ '--groups': ['sudo', 'adm'] })?.groups, ['adm', 'sudo']],
    '--homedir': [() => user({ '--homedir': '/srv/a' })?.homedir, '/srv/a'],
    '--shell': [() => user({ '--shell': '/bin/sh' })?.shell, '/bin/sh'],
    '--uid': [() => user({ '--uid': 1234 })?.uid, 1234],
    '--gid': [() => user({ '--gid': 1234 })?.gid, 1234],
    '--gecos': [() => user({ '--gecos': 'A B' })?.gecos, 'A B'],
    '--lock': [() => user({ '--lock': true, '--iscrypted': true, '--password': hash })?.locked, true],
    '--iscrypted': [() => user({ '--iscrypted': true, '--password': hash })?.locked, false],
    '--password': [() => user({ '--iscrypted': true, '--password': hash })?.passwordHash, hash],
  },
  '%packages': {
    '--nocore': [() => section({ '--nocore': true }).request.core, false],
    '--excludedocs': [() => section({ '--excludedocs': true }).excludeDocs, true],
    '--inst-langs': [() => section({ '--inst-langs': 'en:de' }).languages, ['de', 'en']],
    '--instLangs': [() => section({ '--instLangs': 'en' }).languages, ['en']],
    '--exclude-weakdeps': [() => section({ '--exclude-weakdeps': true }).request.weakDependencies, false],
    '--excludeWeakdeps': [() => section({ '--excludeWeakdeps': true }).request.weakDependencies, false],
  },
  '%post': {
    '--interpreter': [
      () => withLines({ script: '%post', interpreter: '/usr/bin/python3' }).scripts[0]?.interpreter,
      '/usr/bin/python3',
    ],
    '--log': [() => script({ '--log': '/var/log/a' })?.log, '/var/log/a'],
    // What is done anyway: see the tests of scripts.
    '--erroronfail': [() => script({ '--erroronfail': true }), script({})],
  },
};

/** Another name for a command has no table of its own here. */
const sameAs: Record<string, string> = { partition: 'part' };

for (const [name, { standing, options = {} }] of Object.entries({ ...commandSupport, ...sectionSupport })) {
  for (const [option, support] of Object.entries(options)) {
    if (standing !== 'honoured' || support.standing !== 'honoured') continue;
    test(`${name} ${option} is honoured`, () => {
      const effect = effects[sameAs[name] ?? name]?.[option];
      assert.ok(effect !== undefined, 'the table says that it is honoured, and no test shows how');
      const [look, seen] = effect;
      assert.deepEqual(look(), seen);
    });
  }
}

test('nothing is shown to have an effect that the table does not honour', () => {
  for (const [name, options] of Object.entries(effects)) {
    const support = { ...commandSupport, ...sectionSupport }[name];
    for (const option of Object.keys(options))
      assert.equal(support?.options?.[option]?.standing, 'honoured', `${name} ${option}`);
  }
});

test('commands without options: lang, keyboard, timezone, reqpart, and kdump that is disabled', () => {
  const spec = withLines(
    command('lang', {}, 'de_DE.utf8'),
    command('keyboard', {}, 'de'),
    command('timezone', {}, 'Europe/Berlin'),
    { header: ['%addon', 'com_redhat_kdump', '--disable', "--reserve-mb='auto'".replaceAll("'", '')] },
  );
  assert.deepEqual([spec.lang, spec.keyboard, spec.timezone], ['de_DE.UTF-8', 'de', 'Europe/Berlin']);
  assert.deepEqual(sizes(specOf([root, command('reqpart')])), [...needed, ['/', 'ext4', 900]]);
});
