import assert from 'node:assert/strict';
import test from 'node:test';
import fc from 'fast-check';
import { diffPins } from '../../../scripts/model/pins.ts';
import { readPackageChanges } from '../../../scripts/model/site/package-changes.ts';
import { parseYaml } from '../../../scripts/model/yaml.ts';
import { pinsText } from '../../support/site/pins-text.ts';

const versions = fc.dictionary(
  fc.constantFrom('bash', 'openssl', 'zlib', 'libc6', 'on', '1.0', 'a-b', 'null', 'x+y'),
  fc.constantFrom('1', '1.0', '2:1.0-1+b1', '0x10', '1e3', '1.0~rc1', 'null', '2026'),
  { minKeys: 1 },
);

/** As somebody else's tool would write them: the same pins, another form. */
const rewrite: Readonly<Record<string, (text: string) => string>> = {
  same: (text) => text,
  spaced: (text) => text.replace('\npackages:\n', '\npackages: \n'),
  comment: (text) => `${text}# the end\n`,
  reversed: (text) => {
    const [head = '', list = ''] = text.split('\npackages:\n');
    return `${head}\npackages:\n${list.trimEnd().split('\n').reverse().join('\n')}\n`;
  },
};
const form = fc.constantFrom(...Object.keys(rewrite));

test('lines that differ say what the whole files say, however they are written', () => {
  fc.assert(
    fc.property(versions, versions, form, form, (before, after, one, two) => {
      const [old, now] = [rewrite[one]?.(pinsText(before)) ?? '', rewrite[two]?.(pinsText(after)) ?? ''];
      const [a, b] = [parseYaml('Pins', old, 'old'), parseYaml('Pins', now, 'now')];
      assert.deepEqual(readPackageChanges(old, now), { total: b.packages.length, ...diffPins(a, b) });
    }),
  );
});

test('of a first release every package is counted as added', () => {
  fc.assert(
    fc.property(versions, (after) => {
      const now = pinsText(after);
      const { packages } = parseYaml('Pins', now, 'now');
      assert.deepEqual(readPackageChanges(undefined, now), {
        total: packages.length,
        ...diffPins(undefined, { packages }),
      });
    }),
  );
});

test('a rebuild of the same version counts as a change', () => {
  const old = pinsText({ bash: '1-1', zlib: '1-1' });
  const now = old.replace(/(name: bash, .*sha256: )([0-9a-f]{64})/, `$1${'f'.repeat(64)}`);
  assert.notEqual(now, old);
  assert.deepEqual(readPackageChanges(old, now).changed, [
    { name: 'bash', architecture: 'amd64', from: '1-1', to: '1-1' },
  ]);
});

test('what is no pins is refused', () => {
  const good = pinsText({ bash: '1-1' });
  for (const text of [
    '',
    'packages: []',
    '[]',
    good.replace('name: bash', 'name: [bash'),
    good.replace('sha256: ', 'sha256: x'),
  ])
    assert.throws(() => readPackageChanges(good, text), { code: 'invalid' }, text);
});
