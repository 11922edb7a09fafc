/** Every value that the interpreter refuses, at its line. The table's own refusals are in support.test.ts. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  biosboot,
  command,
  disk,
  esp,
  type Line,
  type Options,
  refusals,
  review,
  root,
  somePackages,
} from './commands.ts';

const part = (options: Options, mount = '/') => command('part', options, mount);
const ext4 = { '--fstype': 'ext4', '--size': 900 };
const key = `ssh-ed25519 ${Buffer.from(`\0\0\0\x0bssh-ed25519${'x'.repeat(36)}`, 'latin1').toString('base64')}`;
const user = (options: Options) => command('user', { '--name': 'a', ...options });
const hash = `$6$salt$${'a'.repeat(86)}`;

/** A line after a disk and packages, and what is said of it. */
const cases: [Line, RegExp][] = [
  [command('bootloader', { '--append': 'a="b"' }), /^104: bootloader --append: holds characters/],
  [command('bootloader', { '--append': 'a=$b' }), /--append/],
  [command('bootloader', { '--append': 'a\\b' }), /--append/],
  [command('bootloader', { '--append': 'a;b' }), /--append/],
  [command('bootloader', { '--append': 'a`b`' }), /--append/],
  [command('bootloader', { '--append': 'a\nb' }), /--append/],
  [command('bootloader', { '--append': 'ä' }), /--append/],
  [command('bootloader', { '--append': 'a'.repeat(2000) }), /--append/],
  [command('bootloader', { '--timeout': -1 }), /--timeout: must be 0 to 600/],
  [command('bootloader', { '--timeout': 601 }), /--timeout/],
  [command('bootloader', { '--location': 'none' }), /--location='none': only mbr/],
  [command('lang', {}, 'en'), /lang 'en': is not a UTF-8 locale/],
  [command('lang', {}, 'de_DE.ISO-8859-1'), /is not a UTF-8 locale/],
  [command('lang', {}, '../../etc'), /is not a UTF-8 locale/],
  [command('lang', { '--addsupport': ['de_DE'] }, 'C.UTF-8'), /lang 'de_DE.UTF-8': needs the package/],
  [command('lang', { '--addsupport': ['x y'] }, 'C.UTF-8'), /lang --addsupport 'x y': is not/],
  [command('lang', {}, 'en_US.UTF-8'), /needs the package 'locales-all'/],
  [command('keyboard'), /keyboard: name one layout/],
  [command('keyboard', {}, 'us; id'), /name one layout/],
  [command('keyboard', { '--xlayouts': ['us', 'de'] }), /name one layout/],
  [command('keyboard', { '--xlayouts': ['us (dvorak)'] }), /name one layout/],
  [command('keyboard', { '--vckeymap': 'br-abnt2' }), /name one layout/],
  [command('keyboard', { '--vckeymap': 'uk', '--xlayouts': ['gb'] }), /--vckeymap: the console takes/],
  [command('timezone'), /timezone '': is not a zone/],
  [command('timezone', {}, 'Europe/Nowhere'), /is not a zone/],
  [command('timezone', {}, '../Europe/Berlin'), /is not a zone/],
  [command('timezone', {}, 'etc/utc'), /is not a zone/],
  [command('timezone', {}, 'Etc/UTC', 'x'), /is not a zone/],
  [command('services', { '--enabled': ['a b'] }), /--enabled='a b': is not the name of a unit/],
  [command('services', { '--enabled': ['-a'] }), /is not the name of a unit/],
  [command('services', { '--disabled': ['../a'] }), /is not the name of a unit/],
  [command('services', { '--enabled': ['a'], '--disabled': ['a.service'] }), /both enabled and disabled/],
  [command('network', { '--bootproto': 'static' }), /--bootproto='static': images take/],
  [command('network', { '--device': 'eth0; id' }), /--device='eth0; id': is not the name/],
  [command('network', { '--ipv6': '2001:db8::1/64' }), /--ipv6='2001:db8::1\/64': images take/],
  [command('network', { '--onboot': false }), /--onboot: links are always/],
  [command('network', { '--hostname': 'a b' }), /--hostname='a b': is not a host name/],
  [command('network', { '--hostname': `a.${'b'.repeat(64)}` }), /is not a host name/],
  [command('network', { '--hostname': '-a' }), /is not a host name/],
  [command('firewall'), /firewall: write firewall --enabled or/],
  [command('firewall', { '--enable': true }), /firewall: needs the package 'firewalld'/],
  [command('firewall', { '--enable': true, '--disable': true }), /firewall: is both/],
  [command('group'), /group --name='': is not a name/],
  [command('group', { '--name': 'a', '--gid': 10 }), /group --gid: must be 1000/],
  [command('timesource', { '--ntp-server': 'a b' }), /timesource --ntp-server='a b': is not/],
  [command('timesource', { '--ntp-server': 'a' }), /time servers: needs the package/],
  [command('timesource', { '--nts': true }), /timesource --nts: not honoured: systemd-timesyncd has no NTS/],
  [command('timezone', { '--ntpservers': ['a'] }, 'Etc/UTC'), /time servers: needs the package/],
  [command('selinux'), /selinux --enforcing: for rpm streams only/],
  [command('rootpw', {}, 'hunter2'), /rootpw: a plain password/],
  [command('rootpw', { '--plaintext': true }, 'hunter2'), /rootpw --plaintext: a plain password/],
  [command('rootpw', { '--iscrypted': true }, 'hunter2'), /rootpw: is not a yescrypt/],
  [command('rootpw', { '--iscrypted': true }, `$1$abc$${'a'.repeat(22)}`), /is not a yescrypt/],
  [command('rootpw', { '--iscrypted': true }, `${hash}:0`), /is not a yescrypt/],
  [command('rootpw', { '--iscrypted': true }, `${hash}\nx`), /is not a yescrypt/],
  [command('user'), /user --name='': is not a name/],
  [user({ '--name': 'Ä' }), /is not a name/],
  [user({ '--name': '-rf' }), /is not a name/],
  [user({ '--name': 'a:b' }), /is not a name/],
  [user({ '--name': 'root' }), /user root: root is there already/],
  [user({ '--groups': ['sudo', 'a(5)'] }), /--groups: 'a\(5\)' is not/],
  [user({ '--homedir': '/home/../etc' }), /--homedir/],
  [user({ '--homedir': 'home' }), /--homedir/],
  [user({ '--shell': '/bin/sh -c' }), /--shell/],
  [user({ '--shell': '/bin//sh' }), /--shell/],
  [user({ '--uid': 0 }), /--uid: must be 1000/],
  [user({ '--gid': 60_000 }), /--gid: must be 1000/],
  [user({ '--gecos': 'a:b' }), /--gecos/],
  [user({ '--gecos': 'a\nb' }), /--gecos/],
  [user({ '--password': 'hunter2' }), /user --password: a plain password/],
  [user({ '--password': 'hunter2', '--plaintext': true }), /user --plaintext: a plain password/],
  [user({ '--password': 'hunter2', '--iscrypted': true }), /user --password: is not a yescrypt/],
  [user({ '--iscrypted': true }), /--iscrypted: needs --password/],
  [command('sshkey', { '--username': 'nobody-here' }, key), /no user line makes this account/],
  [command('sshkey', { '--username': 'a b' }, key), /is not a name/],
  [command('sshkey', { '--username': 'root' }, `command="id" ${key}`), /is not one public key/],
  [command('sshkey', { '--username': 'root' }, key.slice(0, 20)), /is not one public key/],
  [
    command('sshkey', { '--username': 'root' }, key.replace('ssh-ed25519', 'ssh-rsa')),
    /is not one public key/,
  ],
  [command('sshkey', { '--username': 'root' }, `${key} a\n${key}`), /is not one public key/],
  [part(ext4), /part \/: is given twice/],
  [part({ '--fstype': 'ext4', '--size': 900 }, '/home'), /part '\/home': only biosboot/],
  [part(ext4, 'swap'), /part swap: --fstype='ext4' is not honoured there: write --fstype=swap/],
  [part(ext4, '//'), /part '\/\/': only biosboot/],
  [part({ '--size': 10, '--fstype': 'lvmpv' }, 'pv.01'), /part 'pv\.01': only plain partitions/],
  [part({ '--size': 10, '--fstype': 'prepboot' }, 'prepboot'), /part 'prepboot': for machines of a kind/],
  [part({ '--size': 900 }, '/boot'), /part \/boot: lacks --fstype: write --fstype=ext4/],
  [part({ ...ext4, '--size': 63 }, '/boot'), /part \/boot --size: a size of 64 to/],
  [part({ ...ext4, '--grow': true }, '/boot'), /part \/boot --grow: only \/ can grow/],
  [part({ ...ext4, '--fstype': 'xfs' }, '/boot'), /part \/boot: .*files dated now.*write --fstype=ext4/],
  [part({ '--size': 0 }, 'swap'), /part swap --size: a size of 1 to/],
  [part({ '--size': 9, '--grow': true }, 'swap'), /part swap --grow: only \/ can grow/],
  [part({ '--size': 9, '--label': 'a'.repeat(16) }, 'swap'), /part swap --label: a label is up to 15/],
  [part({ '--size': 9, '--mkfsoptions': '-f' }, 'swap'), /part swap --mkfsoptions: is honoured on \/ and/],
  [part({ '--size': 9, '--fsoptions': 'a b' }, 'swap'), /part swap --fsoptions: is not a list/],
  [part(ext4, '__proto__'), /part '__proto__'/],
  [{ script: '%post', interpreter: 'sh' }, /%post --interpreter/],
  [{ script: '%post', interpreter: '/bin/../sh' }, /%post --interpreter/],
  [{ script: '%post', options: { '--log': '/var/../x' } }, /%post --log/],
  [{ script: '%post', options: { '--nochroot': true }, body: '' }, /%post --nochroot/],
  [{ script: '%pre', body: '' }, /^104: %pre: /],
  [{ script: '%pre-install' }, /%pre-install: /],
  [{ script: '%onerror' }, /%onerror: /],
  [{ script: '%traceback' }, /%traceback: /],
  [{ script: '%certificate' }, /%certificate: /],
  [{ header: ['%addon', 'com_redhat_kdump', '--enable'] }, /%addon 'com_redhat_kdump': addons/],
  [{ header: ['%addon', 'com_redhat_kdump', '--disable', '--enable'] }, /%addon/],
  [{ header: ['%addon'] }, /%addon: addons/],
  [{ header: ['%other'] }, /%other: is not known/],
  [command('nonsense'), /nonsense: is not known/],
  [command('__proto__'), /__proto__: is not known/],
  [command('services', { '--masked': ['a'] }), /services --masked: is not known/],
];

for (const [line, expected] of cases) {
  test(`refused: ${JSON.stringify(line).slice(0, 90)}`, () => {
    const said = refusals([...disk, line, somePackages]);
    assert.equal(said.length, 1, said.join('\n'));
    assert.match(said[0] ?? '', expected);
    assert.ok(said[0]?.startsWith('104: '), said[0]);
    assert.doesNotMatch(
      JSON.stringify(said),
      /hunter2|\$6\$|\\[nu]/,
      'no secret and no control character is shown',
    );
    assert.equal(review([...disk, line, somePackages]).spec, undefined);
  });
}

const parts: [Line, RegExp][] = [
  [part({ '--size': 900 }), /part \/: lacks --fstype: write --fstype=ext4/],
  [part({ ...ext4, '--fstype': 'xfs' }), /--fstype='xfs' is not honoured there: mkfs.xfs can/],
  [part({ ...ext4, '--fstype': 'btrfs' }), /--fstype='btrfs' .*no two builds would be equal: write/],
  [part({ ...ext4, '--fstype': 'toString' }), /'toString' is not honoured there: write --fstype=ext4/],
  [part({ '--fstype': 'ext4' }), /part \/ --size: a size of 64 to/],
  [part({ ...ext4, '--size': -1 }), /--size/],
  [part({ ...ext4, '--size': 1e12 }), /--size/],
  [part({ ...ext4, '--label': 'a'.repeat(17) }), /--label: a label is up to 16/],
  [part({ ...ext4, '--label': 'a b' }), /--label/],
  [part({ ...ext4, '--mkfsoptions': '-d /etc' }), /--mkfsoptions/],
  [part({ ...ext4, '--mkfsoptions': '-O bigalloc' }), /--mkfsoptions/],
  [part({ ...ext4, '--mkfsoptions': '-m' }), /--mkfsoptions/],
  [part({ ...ext4, '--mkfsoptions': '-m 1 /dev/sda x' }), /--mkfsoptions/],
  [part({ ...ext4, '--fsoptions': 'a b' }), /--fsoptions/],
  [part({ ...ext4, '--fsoptions': 'a,,b' }), /--fsoptions/],
  [part({ ...ext4, '--fsoptions': 'a\n/dev/x' }), /--fsoptions/],
];

for (const [line, expected] of parts) {
  test(`refused: ${JSON.stringify(line).slice(0, 90)}`, () => {
    const said = refusals([biosboot, esp, line, somePackages]);
    assert.equal(said.length, 1, said.join('\n'));
    assert.match(said[0] ?? '', expected);
    assert.ok(said[0]?.startsWith('103: '), said[0]);
  });
}

test('autopart makes plain partitions without swap only', () => {
  const said = (options: Options) => refusals([command('autopart', options), somePackages]);
  const fine = { '--type': 0, '--noswap': true };
  assert.deepEqual(said(fine), []);
  for (const [options, expected] of [
    [{ '--noswap': true }, /^101: autopart: only plain partitions are honoured: write --type=plain$/],
    [{ ...fine, '--type': 2 }, /^101: autopart --type='lvm': only plain/],
    [{ ...fine, '--type': 9 }, /^101: autopart --type='9': only plain/],
    [{ '--type': 0 }, /^101: autopart: the size of swap depends on the memory of the machine/],
    [{ ...fine, '--fstype': 'xfs' }, /^101: autopart --fstype='xfs': is not honoured/],
    [{ ...fine, '--encrypted': true }, /^101: autopart --encrypted: encrypted disks need/],
  ] as const) {
    assert.equal(said(options).length, 1);
    assert.match(said(options)[0] ?? '', expected);
  }
});

test('biosboot and the ESP take no more than they can hold', () => {
  const said = refusals([
    command(
      'part',
      { '--fstype': 'biosboot', '--size': 0, '--label': 'x', '--fsoptions': 'x', '--mkfsoptions': 'x' },
      'biosboot',
    ),
    command(
      'part',
      { '--fstype': 'efi', '--size': 32, '--grow': true, '--label': 'lower', '--mkfsoptions': '-m 1' },
      '/boot/efi',
    ),
    root,
    somePackages,
  ]);
  assert.deepEqual(
    said.map((text) => text.split(': ').slice(0, 2).join(': ')),
    [
      '101: part biosboot --size',
      '101: part biosboot --label',
      '101: part biosboot --mkfsoptions',
      '101: part biosboot --fsoptions',
      '102: part /boot/efi --size',
      '102: part /boot/efi --grow',
      '102: part /boot/efi --label',
      '102: part /boot/efi --mkfsoptions',
    ],
  );
});

test('entries and options of %packages', () => {
  const entries = [
    '@a',
    '-@a',
    '@^b',
    'a*',
    '-?b',
    'c:amd64',
    'd=1',
    'e f',
    'G',
    '%h',
    '-',
    '__proto__',
    'a/../b',
    '$(id)',
  ];
  const said = refusals([...disk, { packages: entries, options: { '--inst-langs': 'en,de' } }]);
  assert.equal(said.length, entries.length + 1, said.join('\n'));
  assert.deepEqual(
    said.map((text) => Number.parseInt(text, 10)),
    Array.from({ length: entries.length + 1 }, (_, i) => 104 + i),
  );
  const two = refusals([
    ...disk,
    { packages: [], options: { '--inst-langs': 'en' } },
    { packages: [], options: { '--inst-langs': 'de' } },
  ]);
  assert.match(two.join(), /^105: %packages --inst-langs: says other/);
});

test('commands that hold once are refused the second time, others add up', () => {
  for (const line of [
    command('lang', {}, 'C.UTF-8'),
    command('keyboard', {}, 'us'),
    command('timezone', {}, 'Etc/UTC'),
    command('bootloader'),
    command('rootpw', { '--lock': true }),
    command('firewall', { '--disable': true }),
    command('selinux', { '--disabled': true }),
  ]) {
    const said = refusals([...disk, line, line, somePackages]);
    assert.match(said.join('\n'), /^105: [a-z]+: is given twice, first in k\.ks:104: keep one$/);
  }
  const twice = [
    user({}),
    user({}),
    command('network', { '--hostname': 'a' }),
    command('network', { '--hostname': 'b' }),
  ];
  const said = refusals([...disk, ...twice, somePackages]).map((text) => text.slice(0, 8));
  assert.deepEqual(said, ['105: use', '107: net']);
});
