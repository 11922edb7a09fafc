import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { test } from 'node:test';
import { schemaFiles } from '../../scripts/model/schemas.ts';
import { generateTypes } from '../../scripts/tools/generate-types.ts';

test('the committed types are what the schemas say', async () => {
  const committed = readFileSync(new URL('../../scripts/model/types.generated.ts', import.meta.url), 'utf8');
  assert.equal(committed, await generateTypes());
});

test('every schema of the folder is known to the model, under the name of its file', () => {
  const files = readdirSync(new URL('../../schemas/', import.meta.url)).sort();
  assert.deepEqual(schemaFiles.map(({ $id }) => $id).sort(), files);
});
