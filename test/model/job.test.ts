import assert from 'node:assert/strict';
import { test } from 'node:test';
import { formatArtifactUri, makeCandidate, makeJob, recallTested } from '../../scripts/model/job.ts';
import { makeRecord } from '../../scripts/model/record.ts';
import { assertValid } from '../../scripts/model/schema.ts';
import type { StreamState } from '../../scripts/model/streams.ts';
import type { Release, Tested } from '../../scripts/model/types.generated.ts';
import { renderRelease } from '../../scripts/render/release.ts';
import { baseFiles, folder, load, release, sha, streamId } from './repository-fixture.ts';

const version = '20261122.0';
const commit = 'e'.repeat(40);
const withdrawn = { reason: 'It does not boot', at: '2026-11-22T12:00:00Z' };

async function loadStream(...releases: Release[]): Promise<StreamState> {
  const files = baseFiles();
  for (const one of releases) files[`${folder}/${one.version}.yaml`] = renderRelease(one);
  const [stream] = (await load(files)).repository.streams;
  assert.ok(stream !== undefined);
  return stream;
}

function testedOf(stream: StreamState, wanted: Release): Tested {
  const name = `Testix-Cloud-Base-1-${wanted.version}.amd64.qcow2`;
  const file = { sha256: sha('2'), size: 50, uri: formatArtifactUri(sha('2'), name) };
  return {
    built: {
      job: makeJob(stream, wanted, 'amd64', commit),
      raw: { sha256: sha('1'), size: 100, uri: '' },
      artifacts: [{ name, format: 'qcow2', file }],
      tools: { qemu: '7.2' },
    },
    qa: {
      accelerator: 'tcg',
      boots: 3,
      results: [{ id: 'boots', where: 'bios', result: 'passed', seen: 'fine' }],
    },
  };
}

test('a job holds all that the build depends on', async () => {
  const wanted = release(version, sha('a'));
  const stream = await loadStream(wanted);
  const job = assertValid('Job', makeJob(stream, wanted, 'amd64', commit));
  assert.deepEqual(
    [job.stream, job.name, job.version, job.content, job.commit],
    [streamId, 'Testix-Cloud-Base-1', version, wanted.content, commit],
  );
  assert.deepEqual(job.kickstart, stream.kickstart);
  assert.deepEqual(job.pins, stream.pins[0]);
  assert.deepEqual(job.targets, wanted.targets);
});

test('no job without pins of the architecture, or without a kickstart', async () => {
  const wanted = release(version, sha('a'));
  const stream = await loadStream(wanted);
  assert.throws(() => makeJob(stream, wanted, 'arm64', commit), { code: 'invalid', message: /arm64/ });
  assert.throws(() => makeJob({ ...stream, kickstart: undefined }, wanted, 'amd64', commit), {
    code: 'invalid',
  });
});

test('a candidate names the live releases, newest first, for mirrors to keep', async () => {
  const stream = await loadStream(
    release('20261120.0', sha('b')),
    release('20261121.0', sha('c'), { withdrawn }),
    release(version, sha('a')),
  );
  const tested = testedOf(stream, release(version, sha('a')));
  const targets = [{ id: 'primary', keep: 2 }];
  const candidate = assertValid('Candidate', makeCandidate(stream, [{ tested }], targets));
  assert.deepEqual(candidate.retained, [version, '20261120.0']);
  assert.deepEqual(candidate.targets, targets);
  assert.deepEqual(candidate.architectures, [{ tested }]);
});

test('values of two releases are not mixed, and none is no candidate', async () => {
  const stream = await loadStream();
  const tested = ['20261122.0', '20261123.0'].map((one) => ({
    tested: testedOf(stream, release(one, sha('a'))),
  }));
  assert.throws(() => makeCandidate(stream, tested, []), {
    code: 'conflict',
    message: /20261122\.0 and of .* 20261123\.0 were mixed/,
  });
  assert.throws(() => makeCandidate(stream, [], []), { code: 'internal' });
});

test('what is recalled from a record gives the same record again', async () => {
  const wanted = release(version, sha('a'));
  const stream = await loadStream(wanted);
  const tested = testedOf(stream, wanted);
  const mirrors = [{ id: 'primary', path: `${streamId}/${version}`, checksum: sha('3') }];
  const now = new Date('2026-11-22T12:00:00Z');
  const recordOf = (all: Tested[]) => {
    const uploaded = all.map((one) => ({ tested: one }));
    return makeRecord({ candidate: { ...makeCandidate(stream, uploaded, []), documents: [] }, mirrors }, now);
  };
  const record = recordOf([tested]);
  const [state] = stream.releases;
  assert.ok(state !== undefined);
  const recalled = recallTested(stream, state, record);
  for (const one of recalled) assertValid('Tested', one);
  assert.deepEqual(recordOf(recalled), record);
  assert.deepEqual(recalled[0]?.built.artifacts, tested.built.artifacts);
});
