import assert from 'node:assert/strict';
import test from 'node:test';
import fc from 'fast-check';
import { describeRequestChange, diffPins, isEmptyDiff, pinKey } from '../../scripts/model/pins.ts';
import { pin, pins, request } from './repository-fixture.ts';

test('what was added, removed and changed, with versions', () => {
  const before = pins([pin('gone'), pin('kept'), pin('moved', '1'), pin('rebuilt', '1', 'a')]);
  const after = pins([pin('rebuilt', '1', 'b'), pin('new', '3'), pin('moved', '2', 'b'), pin('kept')]);
  assert.deepEqual(diffPins(before, after), {
    added: [{ name: 'new', architecture: 'amd64', to: '3' }],
    removed: [{ name: 'gone', architecture: 'amd64', from: '1.0-1' }],
    changed: [
      { name: 'moved', architecture: 'amd64', from: '1', to: '2' },
      { name: 'rebuilt', architecture: 'amd64', from: '1', to: '1' },
    ],
  });
  assert.equal(diffPins(undefined, after).added.length, 4);
});

test('a package of another architecture is another package', () => {
  const diff = diffPins(pins([pin('a')]), pins([{ ...pin('a'), architecture: 'all' }]));
  assert.deepEqual([diff.added.length, diff.removed.length, diff.changed.length], [1, 1, 0]);
});

test('a difference tells how to get from one to the other', () => {
  const sets = fc
    .uniqueArray(fc.tuple(fc.constantFrom('a', 'b', 'c', 'd'), fc.constantFrom('1', '2')), {
      selector: ([name]) => name,
    })
    .map((list) => list.map(([name, version]) => pin(name, version, version)));
  fc.assert(
    fc.property(sets, sets, (a, b) => {
      const diff = diffPins({ packages: a }, { packages: b });
      const result = new Map(a.map((p) => [pinKey(p), p.version]));
      for (const change of diff.removed) assert.ok(result.delete(pinKey(change)));
      for (const change of diff.added) assert.ok(!result.has(pinKey(change)));
      for (const change of diff.changed) assert.equal(result.get(pinKey(change)), change.from);
      for (const change of [...diff.added, ...diff.changed]) result.set(pinKey(change), change.to ?? '');
      assert.deepEqual([...result].sort(), b.map((p) => [pinKey(p), p.version]).sort());
      assert.ok(isEmptyDiff(diffPins({ packages: b }, { packages: [...b].reverse() })));
    }),
  );
});

test('requests are sets', () => {
  const other = { ...request, packages: ['beta', 'alpha', 'alpha'] };
  assert.equal(describeRequestChange(request, other), undefined);
  assert.equal(
    describeRequestChange(request, { ...request, weakDependencies: true }),
    'now wants weak dependencies',
  );
  assert.equal(
    describeRequestChange(request, { ...request, excluded: ['x'], repositories: [] }),
    'now excludes x; no longer uses the repository main',
  );
  const many = Array.from({ length: 8 }, (_, i) => `p${i}`);
  assert.match(
    describeRequestChange({ ...request, packages: [] }, { ...request, packages: many }) ?? '',
    /p4 and 3 more$/,
  );
});
