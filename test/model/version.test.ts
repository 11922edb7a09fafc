import assert from 'node:assert/strict';
import test from 'node:test';
import fc from 'fast-check';
import { compareVersions, dateOfVersion, nextVersion, parseVersion } from '../../scripts/model/version.ts';

const dates = fc.date({ min: new Date('2000-01-01'), max: new Date('2099-12-30'), noInvalidDate: true });
const versions = fc
  .tuple(dates, fc.nat({ max: 9999 }))
  .map(([date, n]) => `${date.toISOString().slice(0, 10).replaceAll('-', '')}.${n}`);

test('a version has a date of the calendar and a number without leading zeros', () => {
  assert.deepEqual(parseVersion('20261122.0'), { date: '20261122', number: 0 });
  assert.deepEqual(parseVersion('20240229.9999'), { date: '20240229', number: 9999 });
  for (const bad of [
    '20260229.0',
    '20261301.0',
    '20261122',
    '20261122.01',
    '20261122.10000',
    '20261122.0\n',
    ' 20261122.0',
    '2026112.0',
    '00000101.0',
    '20261122.-1',
  ])
    assert.equal(parseVersion(bad), undefined, bad);
});

test('numbers count as numbers', () => {
  assert.ok(compareVersions('20261122.10', '20261122.9') > 0);
  assert.ok(compareVersions('20261121.10', '20261122.9') < 0);
  assert.equal(compareVersions('20261122.1', '20261122.1'), 0);
  assert.throws(() => compareVersions('20261122.1', 'latest'), { code: 'invalid' });
});

test('the next version is of the day in UTC, or follows a newer one', () => {
  const at = new Date('2026-11-22T23:30:00-05:00');
  assert.equal(nextVersion(at, []), '20261123.0');
  assert.equal(nextVersion(at, ['20261122.7', '20261101.0']), '20261123.0');
  assert.equal(nextVersion(at, ['20261123.9', '20261123.10']), '20261123.11');
  assert.equal(nextVersion(at, ['20271231.9999']), '20280101.0');
});

test('the next version is greater than every existing one, and never dated before the commit', () => {
  fc.assert(
    fc.property(dates, fc.array(versions), (date, existing) => {
      const next = nextVersion(date, existing);
      for (const version of existing) assert.ok(compareVersions(next, version) > 0);
      assert.ok(dateOfVersion(next).getTime() + 86_400_000 > date.getTime());
      assert.equal(next, nextVersion(date, [...existing].reverse()));
    }),
  );
});

test('the order is total', () => {
  fc.assert(
    fc.property(versions, versions, versions, (a, b, c) => {
      assert.equal(Math.sign(compareVersions(a, b)), -Math.sign(compareVersions(b, a)) + 0);
      if (compareVersions(a, b) <= 0 && compareVersions(b, c) <= 0) assert.ok(compareVersions(a, c) <= 0);
    }),
  );
});
