/** What pykickstart and the interpreter make of whole kickstarts, held by files. UPDATE_GOLDEN=1 writes them anew. */
import assert from 'node:assert/strict';
import { readFile, writeFile } from 'node:fs/promises';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { createKickstartParser } from '../../../../scripts/adapters/kickstart/parser.ts';
import { flattenKickstart } from '../../../../scripts/model/kickstart/flatten.ts';
import { interpretKickstart, reviewKickstart } from '../../../../scripts/model/kickstart/interpret.ts';
import { pythonOfCheckout } from '../../../support/python.ts';

const parser = createKickstartParser({ python: pythonOfCheckout() });
const context = { payload: 'deb', repositories: ['updates', 'main'] } as const;
const folder = fileURLToPath(new URL('./golden/', import.meta.url));

async function readGolden(path: string): Promise<string | undefined> {
  return readFile(`${folder}${path}`, 'utf8').catch(() => undefined);
}

async function matchGolden(name: string, value: unknown): Promise<void> {
  const text = `${JSON.stringify(value, null, 2)}\n`;
  if (process.env.UPDATE_GOLDEN === '1') await writeFile(`${folder}${name}`, text);
  assert.equal(text, await readGolden(name), `${name}: look at the difference, then UPDATE_GOLDEN=1`);
}

test('a kickstart with all that is honoured', async () => {
  const lines = await flattenKickstart('full.ks', readGolden);
  const parsed = await parser.parse(lines);
  await matchGolden('full.lines.json', lines);
  await matchGolden('full.parsed.json', parsed);
  await matchGolden('full.interpretation.json', interpretKickstart(parsed, lines, context));
});

test('a kickstart made for an installer: each line honoured, ignored or refused', async () => {
  const lines = await flattenKickstart('fedora.ks', readGolden);
  const parsed = await parser.parse(lines);
  await matchGolden('fedora.parsed.json', parsed);
  const review = reviewKickstart(parsed, lines, context);
  assert.equal(review.spec, undefined);
  await matchGolden('fedora.review.json', review.findings);
});
