import assert from 'node:assert/strict';
import test from 'node:test';
import { assertTreePath, isTreePath } from '../../scripts/model/tree.ts';

test('a path inside the tree is relative and plain', () => {
  for (const path of ['a', 'releases/debian-12/cloud-base/stream.yaml', 'a..b/..c', '.gitignore', 'a b'])
    assert.ok(isTreePath(path), path);
  for (const path of [
    '',
    '/a',
    'a/',
    'a//b',
    '.',
    '..',
    '../a',
    'a/../b',
    './a',
    'a\\b',
    'a\nb',
    'a\0',
    'a\x7f',
    'a'.repeat(5000),
  ])
    assert.ok(!isTreePath(path), path);
  assert.throws(() => assertTreePath('../x'), { code: 'invalid', message: /'\.\.\/x' is not a path inside/ });
});
