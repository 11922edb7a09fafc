/** Lines that are fine alone, and not beside another. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { command, disk, type Line, refusals, root, somePackages } from './commands.ts';

const user = command('user', { '--name': 'a' });

test('lines that do not go together', () => {
  const cases: [Line[], RegExp][] = [
    [[...disk, command('reqpart')], /^104: reqpart: part biosboot is given already$/m],
    [
      [
        command('part', { '--fstype': 'ext4', '--size': 99 }, '/boot'),
        command('reqpart', { '--add-boot': true }),
        root,
      ],
      /^102: reqpart: part \/boot is given already$/,
    ],
    [
      [
        command('reqpart', { '--add-boot': true }),
        root,
        command('part', { '--size': 9 }, 'swap'),
        command('part', { '--size': 9 }, 'swap'),
      ],
      /^104: part swap: is given twice$/,
    ],
    [[...disk, command('group', { '--name': 'a' }), user], /^104: group a: the user of this name/],
    [
      [...disk, command('group', { '--name': 'a' }), command('group', { '--name': 'a' })],
      /^105: group a: .*twice/,
    ],
    [
      [
        ...disk,
        command('timesource', { '--ntp-disable': true }),
        command('timesource', { '--ntp-pool': 'a' }),
      ],
      /^104: time from NTP: is disabled, and servers/,
    ],
    [
      [
        ...disk,
        command('timezone', { '--nontp': true }, 'Etc/UTC'),
        command('services', { '--enabled': ['chrony'] }),
      ],
      /^104: time from NTP: is disabled, and services enables chrony.service$/,
    ],
  ];
  for (const [lines, expected] of cases)
    assert.match(refusals([...lines, somePackages]).join('\n'), expected);
  const firewalld: Line = { packages: ['firewalld'] };
  for (const [option, value] of [
    ['--service', ['a b']],
    ['--remove-service', ['-a']],
    ['--port', ['80']],
    ['--trust', ['a;b']],
  ] as const) {
    const line = command('firewall', { '--enable': true, [option]: [...value] });
    assert.match(
      refusals([...disk, line, firewalld]).join(),
      new RegExp(`^104: firewall ${option}=.*is not`),
    );
  }
});
