import assert from 'node:assert/strict';
import test from 'node:test';
import { locate, locator } from '../../scripts/model/yaml.ts';

const text = `# a comment
version: "1"
targets:
  mirrors:
    - one
    - two
"quoted": x
flow: {a: [1, 2],
  b: 3}
`;

test('lines of values, keys and the deepest part that exists', () => {
  const lineOf = locator(text);
  assert.equal(lineOf(['version']), 2);
  assert.equal(lineOf(['targets']), 3);
  assert.equal(lineOf(['targets', 'mirrors', 1]), 6);
  assert.equal(lineOf(['targets', 'mirrors', 7]), 4);
  assert.equal(lineOf(['quoted']), 7);
  assert.equal(lineOf(['flow', 'a', 1]), 8);
  assert.equal(lineOf(['flow', 'b']), 9);
  assert.equal(locate(text, ['missing']), 2);
});

test('a text that is not YAML has no lines', () => {
  assert.equal(locate('a: [', ['a']), undefined);
  assert.equal(locate('', ['a']), undefined);
});
