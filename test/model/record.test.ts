import assert from 'node:assert/strict';
import test from 'node:test';
import { addImages, addMirrors, makeRecord } from '../../scripts/model/record.ts';
import { assertValid } from '../../scripts/model/schema.ts';
import { timestamp } from '../../scripts/model/timestamp.ts';
import type { Mirrored, RecordedMirror, Tested } from '../../scripts/model/types.generated.ts';
import { imageOf } from './plan/golden-case.ts';
import { pins, sha, streamId } from './repository-fixture.ts';

const version = '20261122.0';
const first = new Date('2026-11-22T12:00:00.789Z');
const later = new Date('2026-11-23T12:00:00Z');
const commit = 'd'.repeat(40);

function mirror(id: string, digit = '3'): RecordedMirror {
  return { id, path: `${streamId}/${version}`, checksum: sha(digit) };
}

function tested(architecture: 'amd64' | 'arm64', rawDigit = '1', seconds = 1): Tested {
  const targets = { mirrors: ['primary'] };
  const file = (digit: string) => ({ sha256: sha(digit), size: 5, uri: 'file:///somewhere' });
  return {
    built: {
      job: {
        stream: streamId,
        name: 'Testix',
        version,
        content: sha('9'),
        commit,
        architecture,
        payload: 'deb',
        formats: ['qcow2'],
        limits: { downloadMiB: 1, usedMiB: 1 },
        kickstart: [],
        pins: pins(),
        targets,
      },
      raw: file(rawDigit),
      artifacts: [
        { name: 'b.raw.zst', format: 'raw.zst', file: file('4') },
        { name: 'a.qcow2', format: 'qcow2', file: file('2') },
      ],
      tools: { qemu: '7.2' },
    },
    qa: {
      accelerator: 'tcg',
      boots: 1,
      results: [{ id: 'a', where: 'bios', result: 'passed', seen: 'yes', seconds }],
    },
  };
}

function mirrored(mirrors: RecordedMirror[], architectures = [tested('arm64'), tested('amd64')]): Mirrored {
  return {
    candidate: {
      stream: streamId,
      version,
      content: sha('9'),
      commit,
      targets: [],
      retained: [],
      documents: [],
      architectures: architectures.map((one) => ({ tested: one })),
    },
    mirrors,
  };
}

test('a record holds what was tested, in one order, and no local path', () => {
  const record = makeRecord(mirrored([mirror('second'), mirror('primary')]), first);
  assertValid('PublishedRecord', record);
  assert.equal(record.recordedAt, '2026-11-22T12:00:00Z');
  assert.deepEqual(
    record.architectures.map(({ architecture }) => architecture),
    ['amd64', 'arm64'],
  );
  assert.deepEqual(
    record.architectures[0]?.artifacts.map(({ name }) => name),
    ['a.qcow2', 'b.raw.zst'],
  );
  assert.deepEqual(record.architectures[0]?.raw, { sha256: sha('1'), size: 5 });
  assert.equal(record.architectures[0]?.packages, 2);
  assert.deepEqual(
    record.mirrors.map(({ id }) => id),
    ['primary', 'second'],
  );
  assert.ok(!JSON.stringify(record).includes('somewhere'));
});

test('made again, with other times and a newer clock, it is the same record', () => {
  const record = makeRecord(mirrored([mirror('primary')]), first);
  const again = mirrored([mirror('primary')], [tested('amd64', '1', 99), tested('arm64', '1', 98)]);
  again.candidate.commit = 'e'.repeat(40);
  assert.equal(makeRecord(again, later, record), record);
});

test('a further mirror is added and dates the record anew; tests and commit stay', () => {
  const record = makeRecord(mirrored([mirror('primary')]), first);
  const extended = makeRecord(mirrored([mirror('backup')]), later, record);
  assert.deepEqual(extended, {
    ...record,
    recordedAt: timestamp(later),
    mirrors: [mirror('backup'), mirror('primary')],
  });
  assert.deepEqual(addMirrors(record, [mirror('backup')], later), extended);
  assert.equal(addMirrors(extended, [mirror('primary')], first), extended);
  assert.equal(addMirrors(record, [mirror('primary', '7')], later).mirrors[0]?.checksum, sha('7'));
});

test('other bytes or other content under a recorded version is a conflict', () => {
  const record = makeRecord(mirrored([mirror('primary')]), first);
  const other = mirrored([mirror('primary')], [tested('amd64', '5'), tested('arm64')]);
  assert.throws(() => makeRecord(other, later, record), { code: 'conflict' });
  assert.throws(() => makeRecord(mirrored([], [tested('amd64')]), later, record), { code: 'conflict' });
  assert.throws(() => makeRecord(mirrored([]), later, { ...record, content: sha('8') }), {
    code: 'conflict',
  });
});

test('images are recorded by architecture and region, and merged as mirrors are', () => {
  const home = imageOf(version, 'eu-central-1');
  const copy = imageOf(version, 'ap-south-1');
  const deprecateAt = '2027-02-20T00:00:00Z';
  const made = makeRecord(mirrored([mirror('primary')]), first, undefined, {
    images: [home, copy],
    deprecateAt,
  });
  assertValid('PublishedRecord', made);
  assert.deepEqual(made.images, [copy, home]);
  assert.equal(made.deprecateAt, deprecateAt);
  const again = { images: [copy, home], deprecateAt };
  assert.equal(makeRecord(mirrored([mirror('primary')]), later, made, again), made);
  const more = makeRecord(mirrored([]), later, made, { images: [imageOf(version, 'us-east-1')] });
  assert.deepEqual(
    more.images?.map(({ region }) => region),
    ['ap-south-1', 'eu-central-1', 'us-east-1'],
  );
  assert.equal(more.deprecateAt, deprecateAt);
  assert.equal(more.recordedAt, timestamp(later));
  const withdrawn = addImages(made, { images: [{ ...home, state: 'withdrawn' }] }, later);
  assert.deepEqual(withdrawn.images, [copy, { ...home, state: 'withdrawn' }]);
  assert.equal(addImages(made, { images: [] }, later), made);
  assert.equal(addImages(made, { images: [home] }, later), made);
});

test('a record without images has no key for them, and gets it with the first', () => {
  const plain = makeRecord(mirrored([mirror('primary')]), first);
  assert.ok(!('images' in plain) && !('deprecateAt' in plain));
  assert.equal(addImages(plain, { images: [] }, later), plain);
  assert.deepEqual(addImages(plain, { images: [imageOf(version, 'us-east-1')] }, later).images, [
    imageOf(version, 'us-east-1'),
  ]);
});

test('the launch of an AMI is recorded once; another AMI has another launch', () => {
  const launch = (ami: string, seen: string) => ({
    region: 'eu-central-1',
    ami,
    instanceType: 't3.small',
    results: [{ id: 'boots', where: 'ec2', result: 'passed', seen } as const],
  });
  const withLaunch = (ami: string, seen: string): Mirrored => {
    const value = mirrored([mirror('primary')], [tested('amd64')]);
    const architectures = value.candidate.architectures.map((one) => ({ ...one, launch: launch(ami, seen) }));
    return { ...value, candidate: { ...value.candidate, architectures } };
  };
  const [a, b] = ['ami-00000001', 'ami-00000002'];
  assert.ok(a !== undefined && b !== undefined);
  const plain = makeRecord(mirrored([mirror('primary')], [tested('amd64')]), first);
  const launched = makeRecord(withLaunch(a, 'one'), later, plain);
  assertValid('PublishedRecord', launched);
  assert.deepEqual(launched.architectures[0]?.launch, launch(a, 'one'));
  assert.equal(launched.recordedAt, '2026-11-23T12:00:00Z');
  assert.equal(makeRecord(withLaunch(a, 'again'), new Date(), launched), launched);
  const other = makeRecord(withLaunch(b, 'other'), later, launched);
  assert.deepEqual(other.architectures[0]?.launch, launch(b, 'other'));
  assert.equal(makeRecord(mirrored([mirror('primary')], [tested('amd64')]), new Date(), other), other);
});
