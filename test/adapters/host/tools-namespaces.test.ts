import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import {
  chooseRange,
  explainNamespaces,
  hasRange,
  verifyNamespaces,
} from '../../../scripts/adapters/host/tools-namespaces.ts';

describe('a range of user ids', () => {
  it('starts where Debian starts', () => {
    assert.deepEqual(chooseRange(''), { first: 100_000, last: 165_535 });
    assert.deepEqual(chooseRange('a:100000:65536\n'), { first: 165_536, last: 231_071 });
    assert.deepEqual(chooseRange('a:165536:65536\n'), { first: 100_000, last: 165_535 });
  });

  it('overlaps no other', () => {
    const range = fc.record({
      first: fc.integer({ min: 0, max: 700_000 }),
      count: fc.integer({ min: 1, max: 90_000 }),
    });
    fc.assert(
      fc.property(fc.array(range, { maxLength: 8 }), (ranges) => {
        const chosen = chooseRange(ranges.map(({ first, count }) => `x:${first}:${count}`).join('\n'));
        assert.ok(chosen !== undefined);
        assert.equal(chosen.last - chosen.first, 65_535);
        for (const { first, count } of ranges) {
          assert.ok(first + count <= chosen.first || first > chosen.last, `${first}+${count}`);
        }
      }),
    );
  });

  it('is refused when there is no room', () => {
    assert.equal(chooseRange('a:0:600090000'), undefined);
  });

  it('belongs to a user by name or by number, and is large enough', () => {
    const user = { username: 'builder', uid: 1000 };
    assert.ok(hasRange('root:1:2\nbuilder:100000:65536\n', user));
    assert.ok(hasRange('1000:100000:65536', user));
    assert.ok(!hasRange('builder:100000:1000', user));
    assert.ok(!hasRange('# builder:100000:65536\nbuilders:100000:65536\nnonsense', user));
  });
});

describe('user namespaces', () => {
  const nothing = { maximum: undefined, unprivileged: undefined, apparmor: undefined };
  it('that are forbidden are explained by the setting that forbids them', () => {
    assert.match(explainNamespaces({ ...nothing, maximum: '0' }), /user\.max_user_namespaces=65536/);
    assert.match(explainNamespaces({ ...nothing, unprivileged: '0' }), /unprivileged_userns_clone=1/);
    assert.match(
      explainNamespaces({ ...nothing, maximum: '9', apparmor: '1' }),
      /apparmor_restrict_unprivileged_userns=0/,
    );
    assert.match(explainNamespaces(nothing), /container/);
  });

  it('work on this machine', async () => {
    await verifyNamespaces();
  });
});
