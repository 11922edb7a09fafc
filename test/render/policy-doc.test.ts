import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { test } from 'node:test';
import { renderPolicyDoc, renderPolicyTables } from '../../scripts/render/policy-doc.ts';
import { shipped } from '../model/policy/fixture.ts';
import { markdownNodes } from '../support/markdown.ts';

const file = new URL('../../docs/policy.md', import.meta.url);

test('docs/policy.md says what releases/policy.yaml does: else run npm run generate', async () => {
  const current = await readFile(file, 'utf8');
  assert.equal(current, renderPolicyDoc(current, shipped));
});

test('each rule is one row of the table, and each source has its link', () => {
  const nodes = markdownNodes(renderPolicyTables(shipped));
  assert.equal(nodes.filter(({ type }) => type === 'tableRow').length, shipped.rules.length + 1);
  const links = nodes.flatMap(({ type, url }) => (type === 'link' ? [decodeURI(url ?? '')] : []));
  const wanted = shipped.sources.flatMap(({ link }) => (link === undefined ? [] : [link]));
  assert.deepEqual(
    links.map((link) => link.replaceAll('%28', '(').replaceAll('%29', ')')),
    wanted,
  );
});

test('a document without its marks is refused', () => {
  assert.throws(() => renderPolicyDoc('# Nothing\n', shipped), /needs one line/);
});
