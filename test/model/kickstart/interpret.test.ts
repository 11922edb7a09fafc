import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { AperiodicError } from '../../../scripts/model/errors.ts';
import type { ImageSpec } from '../../../scripts/model/kickstart/image-spec.ts';
import { interpretKickstart } from '../../../scripts/model/kickstart/interpret.ts';
import { command, disk, type Line, parsedOf, refusals, review, root, somePackages } from './commands.ts';

function specOf(...lines: Line[]): ImageSpec {
  const { spec, findings } = review([...disk, somePackages, ...lines]);
  assert.ok(spec !== undefined, JSON.stringify(findings.filter(({ standing }) => standing === 'refused')));
  return spec;
}

test('what holds when the kickstart does not say', () => {
  const { partitions, ...spec } = specOf();
  assert.deepEqual(spec, {
    kind: 'disk',
    request: {
      repositories: ['main'],
      core: true,
      weakDependencies: true,
      packages: ['systemd'],
      excluded: [],
    },
    packageOrigins: { systemd: { file: 'k.ks', line: 105 } },
    excludeDocs: false,
    bootloader: { append: '', timeoutSeconds: 5 },
    lang: 'C.UTF-8',
    keyboard: 'us',
    timezone: 'Etc/UTC',
    rootLocked: true,
    users: [],
    services: { enabled: [], disabled: [] },
    sshKeys: [],
    scripts: [],
  });
  assert.deepEqual(
    partitions.map(({ mount, sizeMiB, grow, origin }) => [mount, sizeMiB, grow, origin.line]),
    [
      ['biosboot', 1, false, 101],
      ['/boot/efi', 64, false, 102],
      ['/', 900, true, 103],
    ],
  );
});

test('the request does not depend on the order of lines', () => {
  const one = specOf({
    packages: ['b', 'a', '-c', 'a2'].map((name) => `${name}x`),
    options: { '--nocore': true },
  });
  const two = specOf({ packages: ['-cx', 'a2x', 'ax', 'bx', 'ax'], options: { '--nocore': true } });
  assert.deepEqual(one.request, two.request);
  assert.deepEqual(one.request.packages, ['a2x', 'ax', 'bx', 'systemd']);
  assert.deepEqual(one.request.excluded, ['cx']);
});

test('of several lines for one package the last counts', () => {
  const { request } = specOf({ packages: ['foo', '-foo', '-bar', 'bar'] });
  assert.deepEqual([request.packages, request.excluded], [['bar', 'systemd'], ['foo']]);
});

test('languages: none given keeps all, an empty value keeps none', () => {
  assert.equal(specOf().languages, undefined);
  assert.deepEqual(specOf({ packages: [], options: { '--inst-langs': '' } }).languages, []);
  assert.deepEqual(specOf({ packages: [], options: { '--instLangs': 'pt_BR:de' } }).languages, [
    'de',
    'pt_BR',
  ]);
});

test('rootpw', () => {
  const hash = `$y$j9T$${'a'.repeat(22)}$${'b'.repeat(43)}`;
  assert.deepEqual(
    [
      specOf(command('rootpw', { '--lock': true })),
      specOf(command('rootpw', { '--iscrypted': true }, 'locked')),
    ].map(({ rootLocked, rootPasswordHash }) => [rootLocked, rootPasswordHash]),
    [
      [true, undefined],
      [true, undefined],
    ],
  );
  const { rootLocked, rootPasswordHash } = specOf(command('rootpw', { '--iscrypted': true }, hash));
  assert.deepEqual([rootLocked, rootPasswordHash], [false, hash]);
});

test('a user without a hash is locked', () => {
  const [user] = specOf(command('user', { '--name': 'a' })).users;
  assert.equal(user?.locked, true);
});

test('an empty script is not run, others keep their order', () => {
  const { scripts } = specOf(
    { script: '%post', body: ' \n' },
    { script: '%post', body: 'b' },
    { script: '%post', body: 'a' },
  );
  assert.deepEqual(
    scripts.map(({ body, interpreter }) => [body, interpreter]),
    [
      ['b', '/bin/sh'],
      ['a', '/bin/sh'],
    ],
  );
});

test('missing parts are named with what to write', () => {
  assert.deepEqual(refusals([somePackages]), [
    '1: part biosboot: is missing: write part biosboot --fstype=biosboot --size=N, N at least 1 (MiB), or reqpart',
    '1: part /boot/efi: is missing: write part /boot/efi --fstype=efi --size=N, N at least 33 (MiB), or reqpart',
    '1: part /: is missing: write part / --fstype=ext4 --size=N, N at least 64 (MiB)',
  ]);
  assert.deepEqual(refusals(disk), ['1: %packages: is missing: what is on the image?']);
  const logvol = refusals([command('logvol', {}, '/'), somePackages]);
  assert.equal(logvol.length, 1, 'no talk of missing parts where the disk was refused already');
});

test('partitions have the order of the disk, in whichever order they are written', () => {
  const boot = command('part', { '--fstype': 'ext4', '--size': 512 }, '/boot');
  const swap = command('part', { '--size': 256 }, 'swap');
  const inOrder = ['biosboot', '/boot/efi', '/boot', 'swap', '/'];
  fc.assert(
    fc.property(fc.shuffledSubarray([...disk, boot, swap], { minLength: 5 }), (lines) => {
      const { spec } = review([...lines, somePackages]);
      assert.deepEqual(
        spec?.partitions.map(({ mount }) => mount),
        inOrder,
      );
    }),
  );
});

test('an EFI partition may be called vfat', () => {
  const vfat = command('part', { '--fstype': 'vfat', '--size': 64 }, '/boot/efi');
  const { spec } = review([disk[0] ?? vfat, vfat, root, somePackages]);
  assert.equal(spec?.partitions[1]?.fstype, 'efi');
});

test('the error is the first refusal in the text, and tells the others', () => {
  const { parsed, lines } = parsedOf([...disk, { packages: ['@core'] }, command('url'), { script: '%pre' }]);
  const context = { payload: 'deb', repositories: [] } as const;
  assert.throws(
    () => interpretKickstart(parsed, lines, context),
    (error: unknown) => {
      assert.ok(error instanceof AperiodicError);
      assert.equal(error.code, 'unsupported');
      assert.match(error.located, /^k\.ks:105: %packages '@core': groups exist in rpm repositories only/);
      assert.match(error.detail ?? '', /^k\.ks:106: url: .*\nk\.ks:107: %pre: [^\n]*$/);
      return true;
    },
  );
});

test('ignored lines are listed with their reasons', () => {
  const { parsed, lines } = parsedOf([
    ...disk,
    somePackages,
    command('text'),
    command('reboot', { '--eject': true }),
  ]);
  const { ignored } = interpretKickstart(parsed, lines, { payload: 'deb', repositories: [] });
  assert.deepEqual(
    ignored.map(({ origin, what }) => `${origin.file}:${origin.line} ${what}`),
    ['k.ks:106 text', 'k.ks:107 reboot'],
  );
});

test('bootloader --disabled makes a container, which has no partitions and no boot loader', () => {
  const disabled = command('bootloader', { '--disabled': true, '--location': 'mbr' });
  const { spec } = review([disabled, somePackages]);
  assert.equal(spec?.kind, 'container');
  assert.deepEqual(spec?.partitions, []);
  assert.equal(review([...disk, somePackages]).spec?.kind, 'disk');
  assert.deepEqual(refusals([disabled, root, somePackages]), [
    "102: part /: a container has no disk: remove it, or 'bootloader --disabled'",
  ]);
  for (const line of [command('reqpart'), command('autopart', { '--type': 0, '--noswap': true })])
    assert.match(
      refusals([disabled, line, somePackages]).join('|'),
      /^102: (req|auto)part: a container has no disk[^|]*$/,
    );
  const appended = command('bootloader', { '--disabled': true, '--append': 'quiet', '--timeout': 1 });
  assert.deepEqual(refusals([appended, somePackages]), [
    '101: bootloader --append: a container has no boot loader: remove it',
    '101: bootloader --timeout: a container has no boot loader: remove it',
  ]);
});
