import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { chooseRange, hasRange, planRange } from '../../../scripts/adapters/host/tools-user-ids.ts';

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

  it('of root is the first line, because unshare takes that', () => {
    const root = { username: 'root', uid: 0 };
    assert.ok(hasRange('root:165536:65536\nbuilder:100000:65536\n', root));
    assert.ok(!hasRange('builder:100000:65536\nroot:165536:65536\n', root));
    const texts = [
      ['builder:100000:65536\nroot:165536:65536\n', 'root:165536:65536\nbuilder:100000:65536\n'],
      ['builder:100000:65536\n', 'root:165536:65536\nbuilder:100000:65536\n'],
      [undefined, 'root:100000:65536\n'],
    ];
    for (const [before, after] of texts) assert.equal(planRange('/etc/subuid', before, root)?.text, after);
  });

  it('is added once', () => {
    const line = fc.tuple(
      fc.constantFrom('root', 'a', 'b', '0'),
      fc.nat(900_000),
      fc.constantFrom(1, 65_536),
    );
    const user = fc.constantFrom({ username: 'root', uid: 0 }, { username: 'a', uid: 1000 });
    fc.assert(
      fc.property(fc.array(line, { maxLength: 6 }), user, (lines, owner) => {
        const text = lines.map((parts) => parts.join(':')).join('\n');
        const change = planRange('/etc/subgid', text, owner);
        if (change === undefined) return;
        assert.equal(planRange('/etc/subgid', change.text, owner), undefined);
        for (const kept of lines) assert.ok(change.text.includes(kept.join(':')));
      }),
    );
  });

  it('is added by usermod for others', () => {
    const change = planRange('/etc/subgid', 'root:100000:65536\n', { username: 'builder', uid: 1000 });
    assert.deepEqual(change?.commands, [['usermod', '--add-subgids', '165536-231071', '--', 'builder']]);
  });
});
