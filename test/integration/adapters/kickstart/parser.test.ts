import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { createKickstartParser } from '../../../../scripts/adapters/kickstart/parser.ts';
import { AperiodicError } from '../../../../scripts/model/errors.ts';
import { flattenKickstart } from '../../../../scripts/model/kickstart/flatten.ts';
import { reviewKickstart } from '../../../../scripts/model/kickstart/interpret.ts';
import { sectionNames } from '../../../../scripts/model/kickstart/line-rules.ts';
import { commandSupport, sectionSupport } from '../../../../scripts/model/kickstart/support.ts';
import type { KickstartLine } from '../../../../scripts/model/types.generated.ts';
import { pythonOfCheckout } from '../../../support/python.ts';

const python = pythonOfCheckout();
const parser = createKickstartParser({ python });

/** Lines as they come out of flattening, with origins unlike their place in the text. */
const linesOf = (...texts: string[]): KickstartLine[] =>
  texts.map((text, i) => ({ text, file: `f${i + 1}.ks`, line: (i + 1) * 10 }));

async function failure(...texts: string[]): Promise<string> {
  const error: unknown = await parser.parse(linesOf(...texts)).then(
    () => assert.fail('is understood'),
    (thrown: unknown) => thrown,
  );
  assert.ok(error instanceof AperiodicError, String(error));
  return `${error.code} ${error.located}`;
}

test('the support table knows all of pykickstart: commands, sections and their options', async () => {
  const bridge = fileURLToPath(new URL('../../../../scripts/adapters/kickstart/bridge.py', import.meta.url));
  const { stdout } = await promisify(execFile)(python, ['-I', '-B', bridge, '--list']);
  const list: unknown = JSON.parse(stdout);
  assert.ok(isSyntax(list));
  assert.equal(list.version, '3.78');
  assert.deepEqual(Object.keys(commandSupport).sort(), Object.keys(list.commands).sort());
  assert.deepEqual(Object.keys(sectionSupport).sort(), Object.keys(list.sections).sort());
  assert.deepEqual([...sectionNames].sort(), Object.keys(list.sections).sort());
  const known = { ...commandSupport, ...sectionSupport };
  const options = {
    ...Object.fromEntries(Object.entries(list.commands).map(([k, v]) => [k, v.options])),
    ...list.sections,
  };
  for (const [name, support] of Object.entries(known)) {
    const first = (options[name] ?? []).map(([option]) => option).sort();
    assert.deepEqual(Object.keys(support.options ?? {}).sort(), first, name);
  }
  for (const [name, { removed }] of Object.entries(list.commands)) {
    if (removed) assert.equal(commandSupport[name]?.standing, 'refused', name);
  }
});

interface Syntax {
  version: string;
  commands: Record<string, { removed: boolean; options: string[][] }>;
  sections: Record<string, string[][]>;
}

function isSyntax(value: unknown): value is Syntax {
  return (
    typeof value === 'object' &&
    value !== null &&
    'commands' in value &&
    'sections' in value &&
    'version' in value
  );
}

test('errors of pykickstart carry the file and line of the text', async () => {
  const cases: [string[], RegExp][] = [
    [['text', 'bogus --x'], /^invalid f2\.ks:20: Unknown command: bogus$/],
    [
      ['text', 'part / --nonsense'],
      /^invalid f2\.ks:20: Unexpected arguments to partition command: \['--nonsense'\]$/,
    ],
    [['text', 'lang'], /^invalid f2\.ks:20: /],
    [['text', 'timezone --s UTC'], /f2\.ks:20: /],
    [['text', `lang ${'x'.repeat(9000)} ${'y'.repeat(9000)}`], /^invalid f2\.ks:20: .{1,320}$/],
    [['text', 'lang "en_US'], /f2\.ks:20: cannot be parsed: No closing quotation$/],
    [['part / --size=big'], /f1\.ks:10: /],
    [['%packages --nonsense', '%end'], /f1\.ks:10: /],
    [['%packages', 'foo', '@a --optional --nodefaults', '%end'], /f3\.ks:30: Group cannot specify both/],
    [['%post --log', '%end'], /f1\.ks:10: /],
    [['%post', "%end # don't"], /f2\.ks:20: cannot be parsed/],
    [['text', '%packages', 'foo'], /f\d\.ks:\d0: Section %packages does not end with %end\.$/],
    [['text', '""'], /f2\.ks:20: /],
    [['text', '"%include" /etc/passwd'], /f2\.ks:20: %include must/],
    [['%packages', '%include /etc/passwd', '%end'], /f2\.ks:20: %include must/],
  ];
  for (const [texts, expected] of cases) assert.match(await failure(...texts), expected);
});

test('no value of a line that may hold a secret is in a message', async () => {
  const lines = [
    'rootpw --plaintext hunter2 more',
    'user --name=a --pass hunter2 --uid=x',
    'user --name a --unknown=hunter2',
  ];
  for (const line of [
    ...lines,
    'sshpw --username=a hunter2 --bad',
    'network --wpakey=hunter2 --bad=hunter2',
  ]) {
    const said = await failure(line);
    assert.match(said, /^invalid f1\.ks:10: /);
    assert.doesNotMatch(said, /hunter2/);
  }
});

test('options are those given, by their first long name, shortened or not, the last value counting', async () => {
  const { commands } = await parser.parse(
    linesOf(
      "part / --si=5 --size 900 --type='ext4' --ondrive=a --grow # comment --asprimary",
      'firewall --disabled --port=1:tcp,2:udp --port 3:tcp --http',
      'rootpw --lock',
      'user --name=a --plaintext --groups="a, b"',
      'clearpart --linux --drives=a,b',
      'network --onboot=no --noipv6',
      'timezone --isUtc Etc/UTC',
      'skipx',
    ),
  );
  assert.deepEqual(
    commands.map(({ name, arguments: positional, options }) => [name, positional, options]),
    [
      ['part', ['/'], { '--size': 900, '--fstype': 'ext4', '--ondisk': 'a', '--grow': true }],
      ['firewall', [], { '--disable': true, '--port': ['1:tcp', '2:udp', '3:tcp'], '--http': true }],
      ['rootpw', [], { '--lock': true }],
      ['user', [], { '--name': 'a', '--plaintext': true, '--groups': ['a', 'b'] }],
      ['clearpart', [], { '--linux': true, '--drives': ['a', 'b'] }],
      ['network', [], { '--onboot': false, '--noipv6': true }],
      ['timezone', ['Etc/UTC'], { '--isUtc': true }],
      ['skipx', [], {}],
    ],
  );
});

test('scripts come out byte for byte', async () => {
  const body = ['# comment', '', '  %packages_', '"unbalanced', "it's 100 %", '\ttab ünï 𝕏', 'a\\'];
  const { scripts } = await parser.parse(
    linesOf('%post --interp /bin/bash', ...body, '%end', '%post', '%end'),
  );
  assert.deepEqual(
    scripts.map(({ line, interpreter, body: text }) => [line, interpreter, text]),
    [
      [1, '/bin/bash', `${body.join('\n')}\n`],
      [10, '/bin/sh', ''],
    ],
  );
});

/** Each is refused by flattening, by pykickstart or by the interpreter, and does nothing else. */
const hostile = [
  'part / --size=-1',
  'part / --size=99999999999999999999999999',
  'part / --fstype="ext4 --grow; touch /tmp/x"',
  'lang $(touch /tmp/x)',
  'timezone `id`',
  'timezone --nontp=x Etc/UTC',
  'keyboard "us\\";id"',
  'services --enabled="a;b","c d"',
  'user --name="a b" --groups=x',
  'user --name=ünïcode',
  'network --hostname="a$(id)"',
  'bootloader --append="init=/bin/sh\\" ; reboot \\""',
  "sshkey --username=root 'ssh-ed25519 AAAA x\"'",
  'rootpw --iscrypted "$6$x$y:0:0::/:"',
  '@@@@',
  'part',
  '--help',
  'part --help',
  'part @/etc/passwd',
  'firewall --port=__proto__',
  'raid / --level=RAID1 --device=md0',
  `lang ${'('.repeat(60_000)}`,
  `services --enabled=${'a,'.repeat(30_000)}-`,
];

test('hostile lines are refused at their line', async () => {
  for (const line of hostile) {
    const said = await judge(`skipx\n${line}\n%packages\nsystemd\n%end\n`);
    assert.match(said, /^k\.ks:2: /, `${line.slice(0, 60)} → ${said.slice(0, 200)}`);
    assert.ok(said.length < 400, 'the message stays short');
  }
});

async function judge(text: string): Promise<string> {
  try {
    const lines = await flattenKickstart('k.ks', async () => text);
    const parsed = await parser.parse(lines);
    const { findings } = reviewKickstart(parsed, lines, { payload: 'deb', repositories: [] });
    const refused = findings.filter(({ standing }) => standing === 'refused');
    return (
      refused.map(({ origin, what, reason }) => `${origin.file}:${origin.line}: ${what}: ${reason}`)[0] ??
      'accepted'
    );
  } catch (error) {
    assert.ok(error instanceof AperiodicError, String(error));
    assert.ok(['invalid', 'not-found', 'unsupported'].includes(error.code), error.code);
    return error.located;
  }
}

test('an interpreter without pykickstart, or none, is a missing tool', async () => {
  const folder = await mkdtemp(path.join(tmpdir(), 'aperiodic-python-'));
  try {
    const bare = path.join(folder, 'python');
    await writeFile(bare, '#!/bin/sh\nexec /usr/bin/python3 -S "$@"\n', { mode: 0o755 });
    for (const other of [bare, path.join(folder, 'none')]) {
      await assert.rejects(
        createKickstartParser({ python: other }).parse(linesOf('text')),
        (error: unknown) => {
          assert.ok(error instanceof AperiodicError);
          assert.equal(error.code, 'missing-tool');
          assert.match(error.message, /aperiodic setup/);
          return true;
        },
      );
    }
  } finally {
    await rm(folder, { recursive: true });
  }
});
