import assert from 'node:assert/strict';
import test from 'node:test';
import { findChanges } from '../../../scripts/model/changes.ts';
import { planRepository } from '../../../scripts/model/plan.ts';
import { renderRecord } from '../../../scripts/render/record.ts';
import { renderRelease } from '../../../scripts/render/release.ts';
import { baseFiles, folder, load, record, release } from '../repository-fixture.ts';
import { shippedText } from './fixture.ts';

const edits: Record<string, (files: Record<string, string | null>) => void> = {
  'a cadence': (files) => {
    files[`${folder}/stream.yaml`] +=
      "cadence: {every: week, now: {at: '2026-11-22T00:00:00Z', reason: R}}\n";
  },
  'an exposure': (files) => {
    files[`${folder}/stream.yaml`] += 'exposure: local\n';
  },
  'a policy': (files) => {
    files['releases/policy.yaml'] = shippedText;
  },
};

for (const [name, edit] of Object.entries(edits)) {
  test(`${name} changes no content, and nothing is due because of it`, async () => {
    const files = baseFiles();
    const { repository: unreleased } = await load(files);
    const content = unreleased.streams[0]?.content ?? '';
    files[`${folder}/20261122.0.yaml`] = renderRelease(release('20261122.0', content));
    files[`${folder}/20261122.0.published.yaml`] = renderRecord(record('20261122.0', content));
    const before = await load(files);
    const changed = { ...files };
    edit(changed);
    const after = await load(changed);
    assert.deepEqual(after.problems, []);
    assert.equal(after.repository.streams[0]?.content, content);
    const [plan] = planRepository(after.repository, { mergedAt: new Date('2026-12-24') });
    assert.equal(plan?.action.kind, 'nothing');
    const side = ({ repository }: typeof after) => ({
      repository,
      date: new Date('2026-12-24'),
      kickstartFiles: new Map<string, ReadonlySet<string>>(),
    });
    const path = name === 'a policy' ? 'releases/policy.yaml' : `${folder}/stream.yaml`;
    const changes = findChanges([{ path, change: 'modified', mode: '100644' }], side(before), side(after));
    assert.deepEqual(
      changes.map(({ kind }) => kind),
      name === 'a policy' ? [] : ['none'],
    );
  });
}
