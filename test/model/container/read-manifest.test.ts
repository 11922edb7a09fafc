/** What others wrote of container images, and what does not name one. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { parseBuilderReference } from '../../../scripts/model/container/builder-reference.ts';
import { readConfig, readManifest } from '../../../scripts/model/container/read-manifest.ts';
import { AperiodicError } from '../../../scripts/model/errors.ts';
import { findViolation } from '../../../scripts/model/schema.ts';
import { smallStream } from './small-stream.ts';

const hex = 'ab'.repeat(32);
const blob = { mediaType: 'x', digest: `sha256:${hex}`, size: 7 };

test('a builder is named by its digest and nothing else', () => {
  for (const address of [
    'registry.example.org/aperiodic/builder',
    'localhost:5000/b',
    '127.0.0.1:5000/a__b/c-d.e',
  ]) {
    const reference = `${address}@sha256:${hex}`;
    assert.equal(findViolation('Stream', { ...smallStream, builder: reference }), undefined, reference);
    const [host = ''] = address.split('/');
    assert.deepEqual(parseBuilderReference(reference), { host, address, digest: `sha256:${hex}` });
  }
  for (const name of [
    ...[
      'registry.example.org/builder',
      'registry.example.org/builder:latest',
      `registry.example.org/b:1@sha256:${hex}`,
    ],
    ...[`builder@sha256:${hex}`, `aperiodic/builder@sha256:${hex}`, `docker://r.example.org/b@sha256:${hex}`],
    ...[
      `user:word@r.example.org/b@sha256:${hex}`,
      `r.example.org/../b@sha256:${hex}`,
      `-r.example.org/b@sha256:${hex}`,
    ],
    ...[
      `r.example.org/b@sha256:${hex}\n`,
      `r.example.org/b@sha256:${hex.slice(1)}`,
      `r.example.org/B@sha256:${hex}`,
    ],
    ...[
      `r.example.org//b@sha256:${hex}`,
      `r.example.org/b c@sha256:${hex}`,
      `r.example.org/$(id)@sha256:${hex}`,
    ],
  ])
    assert.notEqual(findViolation('Stream', { ...smallStream, builder: name }), undefined, name);
});

test('manifests and indexes are read, of OCI and of Docker', () => {
  const image = { schemaVersion: 2, config: blob, layers: [blob] };
  assert.deepEqual(readManifest(JSON.stringify(image)), { image: { config: blob, layers: [blob] } });
  const platform = { architecture: 'arm64', os: 'linux', variant: 'v8' };
  const index = { manifests: [{ ...blob, platform }, blob] };
  assert.deepEqual(readManifest(JSON.stringify(index)), {
    index: [
      { ...blob, architecture: 'arm64', os: 'linux' },
      { ...blob, architecture: '', os: '' },
    ],
  });
  const config = { architecture: 'amd64', os: 'linux', rootfs: { diff_ids: [blob.digest] } };
  assert.deepEqual(readConfig(JSON.stringify(config)), {
    architecture: 'amd64',
    os: 'linux',
    layers: [blob.digest],
  });
});

test('whatever is not one is refused with our own error', () => {
  const digest = fc.oneof(fc.string(), fc.constant(blob.digest), fc.constant('sha256:../../etc/passwd'));
  const descriptor = fc.record({
    digest,
    size: fc.oneof(fc.integer(), fc.double(), fc.string()),
    platform: fc.anything(),
  });
  const value = fc.oneof(
    fc.anything(),
    fc.record({ manifests: fc.array(descriptor) }),
    fc.record({
      config: descriptor,
      layers: fc.array(descriptor),
      rootfs: fc.record({ diff_ids: fc.array(digest) }),
    }),
  );
  const text = fc.oneof(
    fc.string(),
    value.map((one) => JSON.stringify(one, (_, part) => (typeof part === 'bigint' ? 0 : part)) ?? ''),
  );
  const mayRefuse = (read: () => unknown) => {
    try {
      return read();
    } catch (error) {
      assert.ok(error instanceof AperiodicError && error.code === 'invalid', String(error));
      return undefined;
    }
  };
  fc.assert(
    fc.property(text, (given) => {
      mayRefuse(() => readConfig(given));
      const read = mayRefuse(() => readManifest(given));
      assert.doesNotMatch(JSON.stringify(read ?? ''), /etc\/passwd/);
    }),
  );
});
