import assert from 'node:assert/strict';
import { test } from 'node:test';
import { makeRecord } from '../../scripts/model/record.ts';
import { makeStreamDocument, parseStreamDocument } from '../../scripts/model/stream-document.ts';
import { makeSigned } from '../support/candidate.ts';

test('what registries hold is in the signed document, and nothing is said where there is none', () => {
  const record = {
    ...makeRecord({ candidate: makeSigned({}), mirrors: [] }, new Date('2026-11-22')),
    serial: 1,
  };
  const digest = `sha256:${'a'.repeat(64)}`;
  const containers = ['second', 'first'].map((registry) => ({ registry, repository: record.stream, digest }));
  const document = makeStreamDocument([{ ...record, containers }]);
  assert.ok(document !== undefined);
  const [release] = parseStreamDocument(JSON.stringify(document)).releases;
  assert.deepEqual(
    release?.containers?.map(({ registry }) => registry),
    ['first', 'second'],
  );
  assert.equal(release?.containers?.[0]?.digest, digest);
  assert.ok(!JSON.stringify(makeStreamDocument([record])).includes('containers'));
});
