import assert from 'node:assert/strict';
import test from 'node:test';
import { planRepository } from '../../../scripts/model/plan.ts';
import { parseYaml } from '../../../scripts/model/yaml.ts';
import { renderRelease } from '../../../scripts/render/release.ts';
import * as fixture from '../repository-fixture.ts';

test('from the files of a tree: mint, release, nothing else in between', async () => {
  const files = fixture.baseFiles();
  const mergedAt = new Date('2026-11-22T10:00:00Z');
  const plan = async () => planRepository((await fixture.load(files)).repository, { mergedAt })[0];
  const first = await plan();
  assert.equal(first?.action.kind, 'mint');
  assert.equal(first.action.path, `${fixture.folder}/20261122.0.yaml`);
  const text = renderRelease(first.action.release);
  files[first.action.path] = text;
  assert.deepEqual(parseYaml('Release', text, 'x'), first.action.release);
  const second = await plan();
  assert.deepEqual(second?.action, { kind: 'release', release: first.action.release });
});

test('a stream with problems does not stop the others', async () => {
  const files = {
    ...fixture.baseFiles(),
    'releases/testix-2/cloud-base/stream.yaml': fixture.streamYaml,
    'releases/testix-3/cloud-base/stream.yaml': 'no: thing\n',
  };
  const { repository } = await fixture.load(files);
  const plans = planRepository(repository, { mergedAt: new Date('2026-11-22T10:00:00Z') });
  assert.deepEqual(
    plans.map(({ stream, action }) => [stream, action.kind]),
    [
      ['testix-1/cloud-base', 'mint'],
      ['testix-2/cloud-base', 'blocked'],
      ['testix-3/cloud-base', 'blocked'],
    ],
  );
});
