/** Whatever files there are and whatever they include: flattening ends, stays inside, and keeps every origin. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { AperiodicError } from '../../../scripts/model/errors.ts';
import { flattenKickstart, flattenLimits } from '../../../scripts/model/kickstart/flatten.ts';

const names = ['k/a', 'k/b', 'k/i/c', 'k/i/d', 'top'];
const path = fc.oneof(
  fc.constantFrom(
    'a',
    'b',
    'c',
    'd',
    'i/c',
    'i/d',
    '../top',
    '../k/b',
    '../b',
    '../../top',
    '../../../etc/passwd',
    '/etc/passwd',
  ),
  fc.string({ maxLength: 12 }),
);
const line = fc.oneof(
  { weight: 4, arbitrary: path.map((to) => `%include ${to}`) },
  {
    weight: 6,
    arbitrary: fc.constantFrom(
      'text',
      'part / --size=1',
      '',
      '# c',
      '%packages',
      '%post',
      '%end',
      'foo',
      ' x ',
    ),
  },
  { weight: 1, arbitrary: fc.string({ maxLength: 20, unit: 'binary' }) },
);
const file = fc.array(line, { maxLength: 8 }).map((lines) => lines.join('\n'));
const tree = fc.array(file, { minLength: names.length, maxLength: names.length });
/** Files that hold together, so that most runs end well: includes go down the list only. */
const orderly = fc.tuple(
  ...names.map((_, at) =>
    fc.array(
      fc.oneof(
        fc.constantFrom('text', '# c', '', '%post\n# s\n\n%end', '%packages\nfoo\n\n%end'),
        ...(at + 1 < names.length
          ? [fc.integer({ min: at + 1, max: names.length - 1 }).map((to) => `%include @${to}`)]
          : []),
      ),
      { maxLength: 5 },
    ),
  ),
);

async function run(files: ReadonlyMap<string, string>) {
  const asked: string[] = [];
  const lines = await flattenKickstart('k/a', async (wanted) => {
    asked.push(wanted);
    return files.get(wanted);
  }).catch((error: unknown) => {
    assert.ok(error instanceof AperiodicError, String(error));
    assert.notEqual(error.code, 'internal');
    if (error.line !== undefined) {
      const text = files.get(error.file ?? '');
      assert.ok(
        text !== undefined && error.line <= text.split('\n').length,
        'the error is at a line that exists',
      );
    }
    return undefined;
  });
  return { asked, lines };
}

test('any graph of files: ends, asks for paths inside only, keeps text and origin', async () => {
  await fc.assert(
    fc.asyncProperty(tree, async (texts) => {
      const files = new Map(names.map((name, i) => [name, texts[i] ?? '']));
      const { asked, lines } = await run(files);
      assert.ok(asked.length <= flattenLimits.lines * 2 + 1);
      for (const wanted of asked) assert.doesNotMatch(wanted, /^\/|^\.\.(\/|$)|\/\.\.(\/|$)/);
      for (const { text, file: from, line: at } of lines ?? []) {
        assert.equal(files.get(from)?.split('\n')[at - 1], text);
        assert.doesNotMatch(text, /[\n\r\0]/);
        assert.doesNotMatch(text, /^\s*%include(\s|$)/);
      }
    }),
    { numRuns: 300 },
  );
});

test('without errors, the lines are those of putting each file in its place', async () => {
  await fc.assert(
    fc.asyncProperty(orderly, async (parts) => {
      const up = (name: string) => '../'.repeat(name.split('/').length - 1);
      const files = new Map(
        names.map((name, i) => [
          name,
          (parts[i] ?? []).join('\n').replace(/@(\d)/g, (_, to: string) => `${up(name)}${names[Number(to)]}`),
        ]),
      );
      const paste = (at: number): string[] =>
        (parts[at] ?? []).flatMap((item) =>
          item.startsWith('%include @') ? paste(Number(item.slice(10))) : [item],
        );
      const expected = paste(0)
        .flatMap((item) => (item.startsWith('%packages') ? ['%packages', 'foo', '%end'] : item.split('\n')))
        .filter((text, at, all) => !['', '# c'].includes(text) || all[at - 1] === '# s');
      const { lines } = await run(files);
      assert.deepEqual(
        lines?.map(({ text }) => text),
        expected,
      );
    }),
    { numRuns: 200 },
  );
});
