import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { test } from 'node:test';
import { guestChecks, imageChecks, outsideChecks } from '../../scripts/model/qa/checks.ts';
import { renderQaExpectations } from '../../scripts/render/qa-expectations.ts';

const file = new URL('../../docs/qa-expectations.md', import.meta.url);

test('docs/qa-expectations.md says what the checks are: else run npm run generate', async () => {
  assert.equal(await readFile(file, 'utf8'), renderQaExpectations());
});

test('each check is described once', () => {
  const text = renderQaExpectations();
  for (const { id, purpose } of [...imageChecks, ...guestChecks, ...outsideChecks]) {
    assert.equal(text.split(`- ID: \`${id}\`\n`).length, 2, id);
    assert.ok(text.includes(purpose), id);
  }
});
