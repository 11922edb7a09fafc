import assert from 'node:assert/strict';
import test from 'node:test';
import { makeRelease } from '../../scripts/model/release.ts';
import { baseFiles, folder, load } from './repository-fixture.ts';

async function loaded(files = baseFiles()) {
  const { repository } = await load(files);
  const [stream] = repository.streams;
  assert.ok(stream && repository.targets);
  return { stream, targets: repository.targets };
}

test('a release copies content, architectures, formats and targets of the tree', async () => {
  const { stream, targets } = await loaded();
  assert.deepEqual(
    makeRelease(stream, targets, { version: '20261122.0', reason: 'First', rebuild: undefined }),
    {
      version: '20261122.0',
      reason: 'First',
      content: stream.content,
      architectures: ['amd64'],
      formats: ['qcow2'],
      targets: { mirrors: ['primary'] },
    },
  );
  const wish = { version: '20261122.0', reason: 'Again', rebuild: 'Tools were bad' };
  assert.equal(makeRelease(stream, targets, wish).rebuild, 'Tools were bad');
});

test('what cannot be released is refused', async () => {
  const { stream, targets } = await loaded();
  const make = (version: string, reason: string) => () => makeRelease(stream, targets, { version, reason });
  assert.throws(make('20261122.0', 'two\nlines'), { code: 'invalid' });
  assert.throws(make('today', 'x'), { code: 'invalid' });
  stream.versions.push('20261122.0');
  assert.throws(make('20261122.0', 'x'), { code: 'conflict', message: /20261122\.0 exists already/ });
  const files = baseFiles();
  delete files[`${folder}/pins.amd64.yaml`];
  const { stream: bare } = await loaded(files);
  assert.throws(() => makeRelease(bare, targets, { version: '20261122.0', reason: 'x' }), {
    code: 'invalid',
  });
});
