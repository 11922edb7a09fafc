import assert from 'node:assert/strict';
import { test } from 'node:test';
import { AperiodicError } from '../../../scripts/model/errors.ts';
import { flattenKickstart, flattenLimits } from '../../../scripts/model/kickstart/flatten.ts';

type Files = Record<string, string>;

const reader = (files: Files) => async (path: string) =>
  Object.hasOwn(files, path) ? files[path] : undefined;

async function flatten(files: Files, entry = 'kickstarts/a.ks'): Promise<string[]> {
  const lines = await flattenKickstart(entry, reader(files));
  return lines.map(({ text, file, line }) => `${file}:${line}: ${text}`);
}

async function refusal(files: Files, entry = 'kickstarts/a.ks'): Promise<string> {
  const error: unknown = await flattenKickstart(entry, reader(files)).catch((thrown: unknown) => thrown);
  assert.ok(error instanceof AperiodicError, 'is refused');
  return `${error.code} ${error.located}`;
}

test('blank lines and comments are dropped outside of scripts, where they stay', async () => {
  const text =
    '# c\n\ntext\n  # c\n%packages\n# c\nfoo # kept\n\n%end\n%post\n# kept\n\n  x\n%end\n%addon a\n# kept\n%end';
  assert.deepEqual(await flatten({ 'kickstarts/a.ks': text }), [
    'kickstarts/a.ks:3: text',
    'kickstarts/a.ks:5: %packages',
    'kickstarts/a.ks:7: foo # kept',
    'kickstarts/a.ks:9: %end',
    'kickstarts/a.ks:10: %post',
    'kickstarts/a.ks:11: # kept',
    'kickstarts/a.ks:12: ',
    'kickstarts/a.ks:13:   x',
    'kickstarts/a.ks:14: %end',
    'kickstarts/a.ks:15: %addon a',
    'kickstarts/a.ks:16: # kept',
    'kickstarts/a.ks:17: %end',
  ]);
});

test('an included file is looked for beside the includer, then beside the kickstart', async () => {
  const files = {
    'kickstarts/a.ks':
      '%include include/b.ks # comment\n%packages\n  %include "p.ks"\n%end\n%post\n%include s.sh\n%end\n',
    'kickstarts/include/b.ks': "skipx\n%include 'c.ks'\n%include d.ks\n%include ./../include/./d.ks\n",
    'kickstarts/include/c.ks': 'text\n',
    'kickstarts/c.ks': 'never\n',
    'kickstarts/d.ks': 'eula\n',
    'kickstarts/include/d.ks': '',
    'kickstarts/p.ks': 'foo\n# c\n',
    'kickstarts/s.sh': '# kept\n',
  };
  assert.deepEqual(await flatten(files), [
    'kickstarts/include/b.ks:1: skipx',
    'kickstarts/include/c.ks:1: text',
    'kickstarts/a.ks:2: %packages',
    'kickstarts/p.ks:1: foo',
    'kickstarts/a.ks:4: %end',
    'kickstarts/a.ks:5: %post',
    'kickstarts/s.sh:1: # kept',
    'kickstarts/a.ks:7: %end',
  ]);
  const { 'kickstarts/include/d.ks': _, ...others } = files;
  const [, , third] = await flatten({ ...others, 'kickstarts/include/b.ks': 'skipx\ntext\n%include d.ks\n' });
  assert.equal(third, 'kickstarts/d.ks:1: eula');
});

test('a file may be included twice, but not by itself', async () => {
  assert.equal(
    (await flatten({ 'kickstarts/a.ks': '%include b\n%include b\n', 'kickstarts/b': 'text\n' })).length,
    2,
  );
  assert.match(
    await refusal({ 'kickstarts/a.ks': '%include ../kickstarts/a.ks\n' }),
    /^invalid kickstarts\/a.ks:1: .*circle/,
  );
  assert.equal(
    await refusal({
      'kickstarts/a.ks': 'text\n%include b',
      'kickstarts/b': '\n%include c',
      'kickstarts/c': '%include b',
    }),
    "invalid kickstarts/c:1: %include 'b': goes in a circle: kickstarts/b includes kickstarts/c includes kickstarts/b",
  );
});

/** Second lines of a kickstart, and what is said of them. */
const refused: [line: string, code: string, message: RegExp][] = [
  ['%include', 'invalid', /takes one path/],
  ['%include ""', 'invalid', /takes one path/],
  ['%include a b', 'invalid', /takes one path/],
  ['%include a"b"', 'invalid', /takes one path/],
  ['%include missing.ks', 'not-found', /no kickstarts\/missing\.ks$/],
  ['%include ..', 'not-found', /there is no \.$/],
  ['%include /tmp/part-include', 'invalid', /absolute path/],
  ['%include ../../etc/passwd', 'invalid', /leaves the repository/],
  ['%include x/../../../etc/passwd', 'invalid', /leaves the repository/],
  ['%include https://example.org/a.ks', 'invalid', /address/],
  ['%include $HOME/a.ks', 'invalid', /letters, digits/],
  ['%include a\\b', 'invalid', /letters, digits/],
  ['%include `id`', 'invalid', /letters, digits/],
  ['%include ünï.ks', 'invalid', /letters, digits/],
  ['%include dir/', 'invalid', /letters, digits/],
  ['%ksappend https://example.org/a.ks', 'unsupported', /%ksappend/],
  ['%packages\n%ksappend x\n%end', 'unsupported', /%ksappend/],
  ['%end', 'invalid', /without a section/],
  ['%nonsense', 'invalid', /not a section/],
  ['%packages\nfoo', 'invalid', /not ended by %end/],
  ['%packages\n%post\n%end', 'invalid', /%post starts inside %packages/],
  ['%post\u00a0--log=/x', 'invalid', /space other than/],
  ['"%post"', 'invalid', /not a kickstart command/],
  ['p"a"rt /', 'invalid', /not a kickstart command/],
  ['$(reboot)', 'invalid', /not a kickstart command/],
  ['ｐａｒｔ /', 'invalid', /not a kickstart command/],
  ['text\r', 'invalid', /Windows/],
  ['text \0', 'invalid', /U\+0000/],
  ['text \u001b[2J', 'invalid', /U\+001B/],
  ['text \u0085', 'invalid', /U\+0085/],
  ['text \u2028', 'invalid', /U\+2028/],
  ['# \u202e hidden', 'invalid', /U\+202E/],
  ['\ufefftext', 'invalid', /U\+FEFF/],
  ['text \ufffd', 'invalid', /not UTF-8/],
  [`text ${'x'.repeat(70_000)}`, 'invalid', /longer than/],
  [`%include ${'x/'.repeat(5000)}y`, 'not-found', /there is no/],
];

/** For titles of tests: without characters that would act on a terminal. */
const shown = (text: string) =>
  JSON.stringify(text.slice(0, 50)).replace(/[^ -~]/g, (mark) => `U+${mark.charCodeAt(0).toString(16)}`);

for (const [line, code, message] of refused) {
  test(`refused at its line: ${shown(line)}`, async () => {
    const said = await refusal({ 'kickstarts/a.ks': `text\n${line}\n` });
    const at = /starts inside|%ksappend x/.test(`${message.source}${line}`) ? 3 : 2;
    assert.ok(said.startsWith(`${code} kickstarts/a.ks:${at}: `), said.slice(0, 200));
    assert.match(said, message);
    assert.doesNotMatch(said, /[\p{Cc}\p{Cf}\u2028]/u);
  });
}

test('control characters are refused in scripts too', async () => {
  assert.match(await refusal({ 'kickstarts/a.ks': '%post\necho \u202e\n%end\n' }), /a\.ks:2: .*U\+202E/);
});

test('sections start and end in the same file', async () => {
  const opened = { 'kickstarts/a.ks': '%include b\nfoo\n%end\n', 'kickstarts/b': 'text\n%packages\n' };
  assert.match(await refusal(opened), /^invalid kickstarts\/b:2: %packages is not ended/);
  const closed = { 'kickstarts/a.ks': '%packages\n%include b\n', 'kickstarts/b': 'foo\n%end\n' };
  assert.equal(
    await refusal(closed),
    'invalid kickstarts/b:2: %end of %packages, which kickstarts/a.ks:1 opened',
  );
});

test('the entry must be there, as a plain path', async () => {
  assert.match(await refusal({}), /^not-found kickstarts\/a.ks: /);
  for (const entry of ['/etc/passwd', '../a', 'x/../../a', './a', ''])
    assert.match(await refusal({}, entry), /^invalid |^not-found/);
});

test('depth, lines and bytes are limited, and a bomb of includes ends early', async () => {
  const chain: Files = { 'kickstarts/a.ks': '%include f1' };
  for (let i = 1; i < 30; i++) chain[`kickstarts/f${i}`] = `%include f${i + 1}`;
  assert.match(
    await refusal(chain),
    new RegExp(`^invalid kickstarts/f${flattenLimits.depth}:1: .*more than 16 deep`),
  );
  const bomb: Files = { 'kickstarts/a.ks': '%include f1\n'.repeat(50) };
  for (let i = 1; i < 15; i++) bomb[`kickstarts/f${i}`] = `%include f${i + 1}\n`.repeat(50);
  bomb['kickstarts/f15'] = '';
  assert.match(await refusal(bomb), /pass 10000 lines/);
  assert.match(await refusal({ 'kickstarts/a.ks': '#\n'.repeat(10_001) }), /a\.ks:10001: .*pass 10000 lines/);
  const big = `# ${'x'.repeat(60_000)}\n`.repeat(4);
  assert.match(
    await refusal({ 'kickstarts/a.ks': '%include b\n'.repeat(9), 'kickstarts/b': big }),
    /1048576 bytes/,
  );
});
