import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  figuresByCheck,
  formatArtifactUri,
  makeCandidate,
  makeJob,
  recallTested,
} from '../../scripts/model/job.ts';
import { makeRecord } from '../../scripts/model/record.ts';
import { assertValid } from '../../scripts/model/schema.ts';
import type { StreamState } from '../../scripts/model/streams.ts';
import type { Comparison, QaReport, Release, Stream, Tested } from '../../scripts/model/types.generated.ts';
import { renderRelease } from '../../scripts/render/release.ts';
import { baseFiles, folder, load, record, release, sha, streamId } from './repository-fixture.ts';

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

test('a job names the builder of its stream', async () => {
  const wanted = release(version, sha('a'));
  const state = await loadStream(wanted);
  assert.ok(state.stream !== undefined);
  assert.equal(makeJob(state, wanted, 'amd64', commit).builder, undefined);
  const builder = `registry.example.org/aperiodic/builder@sha256:${sha('b')}`;
  const stream: Stream = { ...state.stream, payload: 'rpm', builder };
  assert.equal(assertValid('Job', makeJob({ ...state, stream }, wanted, 'amd64', commit)).builder, builder);
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

test('a release that lacks an architecture is no candidate', async () => {
  const two = { ...release(version, sha('a')), architectures: ['amd64', 'arm64'] } satisfies Release;
  const stream = await loadStream(two);
  assert.throws(() => makeCandidate(stream, [{ tested: testedOf(stream, two) }], []), {
    code: 'conflict',
    message: /lacks the value of arm64/,
  });
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

test('a job is compared with the newest live recorded release before it that has the architecture', async () => {
  const versions = ['20261101.0', '20261102.0', '20261103.0', '20261104.0', version, '20261130.0'];
  const stream = await loadStream(...versions.map((one) => release(one, sha('a'))));
  const recorded = (one: string) => record(one, sha('a'));
  const [first, second, third, fourth, , last] = stream.releases;
  const previousOf = () => makeJob(stream, release(version, sha('a')), 'amd64', commit).previous?.version;
  assert.equal(previousOf(), undefined, 'nothing is recorded');
  for (const [state, one] of [
    [first, '20261101.0'],
    [second, '20261102.0'],
    [third, '20261103.0'],
    [last, '20261130.0'],
  ] as const)
    if (state !== undefined) state.record = recorded(one);
  assert.equal(fourth?.record, undefined);
  assert.equal(previousOf(), '20261103.0', 'not a later one, nor one that never came out');
  if (third !== undefined) third.release.withdrawn = withdrawn;
  assert.equal(previousOf(), '20261102.0');
  const [part] = second?.record?.architectures ?? [];
  if (part !== undefined) part.architecture = 'arm64';
  assert.equal(previousOf(), '20261101.0');
});

test('a job holds what the record of the release before measured, and what its own release accepts', async () => {
  const accept = [{ gate: 'memory' as const, reason: 'It does more' }];
  const wanted = release(version, sha('a'), { accept });
  const stream = await loadStream(release('20261101.0', sha('b')), wanted);
  const [before] = stream.releases;
  assert.ok(before !== undefined);
  before.record = record('20261101.0', sha('b'));
  assert.ok(stream.stream !== undefined);
  stream.stream.gates = { packages: 3 };
  const job = assertValid('Job', makeJob(stream, wanted, 'amd64', commit));
  assert.deepEqual(job.accepted, accept);
  assert.deepEqual(job.gates, { packages: 3 });
  assert.deepEqual(job.previous, {
    version: '20261101.0',
    raw: { sha256: sha('1'), size: 100 },
    artifacts: [{ name: 'Testix.qcow2', format: 'qcow2', sha256: sha('2'), size: 50 }],
    mirrors: before.record.mirrors,
    packages: 2,
    figures: {},
  });
});

test('figures are those of the image, else of the guest that got all checks', () => {
  const result = (id: string, where: 'image' | 'bios' | 'uefi', usedMiB: number) =>
    ({ id, where, result: 'passed', seen: 'fine', figures: { usedMiB } }) as const;
  const report: QaReport = {
    accelerator: 'tcg',
    boots: 2,
    results: [
      result('memory-used', 'uefi', 3),
      result('memory-used', 'bios', 2),
      result('used-size', 'image', 1),
      { id: 'boots', where: 'bios', result: 'passed', seen: 'fine' },
    ],
  };
  assert.deepEqual(figuresByCheck(report), { 'memory-used': { usedMiB: 2 }, 'used-size': { usedMiB: 1 } });
});

test('a recorded comparison is recalled', async () => {
  const wanted = release(version, sha('a'));
  const stream = await loadStream(wanted);
  const [state] = stream.releases;
  const known = record(version, sha('a'));
  const comparison: Comparison = {
    previous: '20261101.0',
    gates: [],
    replacement: { result: 'not-compared', reason: 'gone' },
  };
  const [part] = known.architectures;
  assert.ok(state !== undefined && part !== undefined);
  assert.equal(recallTested(stream, state, known)[0]?.comparison, undefined);
  part.comparison = comparison;
  assert.deepEqual(recallTested(stream, state, known)[0]?.comparison, comparison);
});
