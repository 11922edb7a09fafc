import assert from 'node:assert/strict';
import { test } from 'node:test';
import { nameUuid } from '../../../scripts/render/documents/name-uuid.ts';

test('is a UUID of version 5: the example of RFC 9562, A.4', () => {
  const dns = '6ba7b810-9dad-11d1-80b4-00c04fd430c8';
  assert.equal(nameUuid('www.example.com', dns), '2ed6657d-e927-568b-95e1-2665a8aea6a2');
});

test('another name gives another one, in the project’s own space', () => {
  assert.equal(nameUuid('a'), nameUuid('a'));
  assert.notEqual(nameUuid('a'), nameUuid('b'));
  assert.match(nameUuid('a'), /^[0-9a-f]{8}-[0-9a-f]{4}-5[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
});
