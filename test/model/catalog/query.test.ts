import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { describeStream } from '../../../scripts/model/catalog/describe-stream.ts';
import { explainNothing, parseQuery, type QueryWords } from '../../../scripts/model/catalog/query.ts';
import { selectFrom } from '../../../scripts/model/catalog/select.ts';
import { AperiodicError } from '../../../scripts/model/errors.ts';
import { loadFixture, now, versions } from './catalog-fixture.ts';

const refuses = (words: QueryWords, message: RegExp) =>
  assert.throws(
    () => parseQuery(words),
    (error) => error instanceof AperiodicError && error.code === 'usage' && message.test(error.message),
  );

test('words become a query', () => {
  const query = parseQuery({
    distribution: 'debian-12',
    image: 'cloud-base',
    arch: 'amd64',
    region: 'us-gov-west-1',
    version: '20261122.0',
  });
  assert.deepEqual(query, {
    distribution: 'debian-12',
    image: 'cloud-base',
    machine: 'x86_64',
    region: 'us-gov-west-1',
    version: '20261122.0',
    at: undefined,
  });
  assert.equal(parseQuery({ arch: 'arm64' }).machine, 'aarch64');
});

test('a day is all of it, a moment is itself', () => {
  assert.equal(parseQuery({ at: '2026-11-22' }).at?.toISOString(), '2026-11-22T23:59:59.000Z');
  assert.equal(parseQuery({ at: '2026-11-22T01:00:00+02:00' }).at?.toISOString(), '2026-11-21T23:00:00.000Z');
  for (const at of [
    'yesterday',
    '2026-02-30',
    '2026-02-30T00:00:00Z',
    '2026-11-22T25:00:00Z',
    '2026',
    '',
    '0',
  ])
    refuses({ at }, /is no date: write YYYY-MM-DD/);
});

test('words that cannot be meant are refused, and shown without what could harm', () => {
  refuses({ arch: 'riscv64' }, /"riscv64" is no processor: write x86_64 or aarch64/);
  refuses({ region: 'Europe' }, /is no region/);
  refuses({ version: '2026-11-22' }, /is no version/);
  refuses({ image: '../etc' }, /"\.\.\/etc" is no image/);
  refuses({ distribution: '\u001b[2J' }, /"\\u001b\[2J" is no distribution/);
  refuses({ distribution: 'a'.repeat(101) }, /is no distribution/);
});

test('any words give a query or are refused; a query reads the same again', () => {
  const word = fc.option(
    fc.oneof(
      fc.string({ maxLength: 30, unit: 'binary' }),
      fc.constantFrom('debian', 'x86_64', 'eu-west-1', '20261122.0', '2026-11-22'),
    ),
    { nil: undefined },
  );
  const words = fc.record({
    distribution: word,
    image: word,
    arch: word,
    region: word,
    version: word,
    at: word,
  });
  fc.assert(
    fc.property(words, (asked) => {
      try {
        const { machine, at, ...rest } = parseQuery(asked);
        assert.deepEqual(parseQuery({ ...rest, arch: machine, at: at?.toISOString() }), {
          ...rest,
          machine,
          at,
        });
      } catch (error) {
        assert.ok(error instanceof AperiodicError && error.code === 'usage', String(error));
      }
    }),
  );
});

test('who finds nothing is told why', async () => {
  const streams = (await loadFixture()).streams.map((stream) => describeStream(stream));
  const why = (words: QueryWords) => {
    const query = parseQuery(words);
    assert.deepEqual(selectFrom(streams, query, now), []);
    return explainNothing(streams, query, now);
  };
  assert.equal(why({ distribution: 'debain' }), "there is no distribution 'debain': there are othix, testix");
  assert.equal(
    why({ distribution: 'testix', image: 'x' }),
    "there is no image 'x': there are cloud-base, container-base",
  );
  assert.equal(why({ distribution: 'othix' }), 'othix-2/cloud-base was never run: no mirror was reached');
  assert.equal(
    why({ version: versions.withdrawn }),
    `version ${versions.withdrawn} was withdrawn: It does not boot`,
  );
  const base = { distribution: 'testix', image: 'cloud-base' };
  assert.equal(
    why({ ...base, version: '20260101.0' }),
    'testix-1/cloud-base has no version 20260101.0 that fits',
  );
  assert.match(
    why({ ...base, at: '2020-01-01' }),
    /^nothing of testix-1\/cloud-base was public at 2020-01-01T/,
  );
  assert.equal(why({ ...base, region: 'ap-south-1' }), 'testix-1/cloud-base has no public AMI in ap-south-1');
});

test('of several streams without a release those that are late are told from those that were never run', async () => {
  const all = (await loadFixture()).streams.map((stream) => describeStream(stream));
  const never = all.filter(({ neverRun }) => neverRun !== undefined);
  const empty = all.map((stream) => ({ ...stream, releases: [] }));
  assert.equal(
    explainNothing(empty, {}, now),
    'nothing of testix-1/cloud-base, testix-1/container-base is released yet; never run: othix-2/cloud-base',
  );
  const twice = never.flatMap((stream) => [stream, { ...stream, id: 'othix-3/cloud-base' }]);
  assert.equal(explainNothing(twice, {}, now), 'never run: othix-2/cloud-base, othix-3/cloud-base');
});
