import assert from 'node:assert/strict';
import { readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { test } from 'node:test';
import { prepareFirmware } from '../../../scripts/adapters/qemu/firmware.ts';
import { temporaryFolder } from './temporary-folder.ts';

test('a guest gets its own copy of the variables of the first pair that is there', async () => {
  const folder = await temporaryFolder();
  const pair = { code: path.join(folder, 'CODE.fd'), variables: path.join(folder, 'VARS.fd') };
  await writeFile(pair.code, 'code');
  await writeFile(pair.variables, 'variables');
  const missing = { code: pair.code, variables: path.join(folder, 'nothing.fd') };
  const found = await prepareFirmware(folder, { candidates: [missing, pair] });
  assert.equal(found.code, pair.code);
  assert.notEqual(found.variables, pair.variables);
  assert.equal(await readFile(found.variables, 'utf8'), 'variables');
  await assert.rejects(prepareFirmware(folder, { candidates: [missing] }), { code: 'missing-tool' });
});
