import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import {
  assertNextBranch,
  isOurs,
  nextBranch,
  signMessage,
  unsignMessage,
} from '../../../scripts/model/update/branch.ts';

const id = fc.stringMatching(/^[a-z0-9]{1,8}(-[a-z0-9]{1,8}){0,2}$/);
const tree = fc.stringMatching(/^[0-9a-f]{40}$/);

test('each stream and each group has a branch of its own, and none is the folder of another', () => {
  const one = fc.oneof(
    fc.record({ stream: fc.tuple(id, id).map((parts) => parts.join('/')) }),
    fc.record({ stream: fc.constant('a/b'), group: id }),
  );
  fc.assert(
    fc.property(fc.array(one, { maxLength: 20 }), (all) => {
      const branches = new Set(
        all.map((each) => nextBranch(each.stream, 'group' in each ? each.group : undefined)),
      );
      const wanted = new Set(all.map((each) => ('group' in each ? `group ${each.group}` : each.stream)));
      assert.equal(branches.size, wanted.size);
      for (const branch of branches)
        for (const other of branches) assert.ok(!other.startsWith(`${branch}/`), `${branch} ${other}`);
    }),
  );
});

test('no other name passes for one', () => {
  const names = [
    'main',
    'aperiodic/next/',
    'aperiodic/next/a',
    'aperiodic/next/a/b/c',
    'aperiodic/next/a/../b',
  ];
  const more = [
    'refs/heads/aperiodic/next/a/b',
    'aperiodic/next/a/b\n',
    ' aperiodic/next/a/b',
    'aperiodic/next/A/b',
  ];
  for (const name of [...names, ...more]) assert.throws(() => assertNextBranch(name), { code: 'internal' });
  fc.assert(
    fc.property(fc.string(), (text) => {
      if (text.startsWith('aperiodic/next/')) return;
      assert.throws(() => assertNextBranch(text), { code: 'internal' });
    }),
  );
});

test('a commit is ours with the tree that we gave it, one parent, and nothing after our last line', () => {
  fc.assert(
    fc.property(fc.string(), tree, tree, (text, mine, other) => {
      const message = signMessage(text, mine);
      assert.ok(isOurs({ message, tree: mine, parents: ['p'] }));
      assert.equal(isOurs({ message, tree: other, parents: ['p'] }), mine === other);
      assert.ok(!isOurs({ message, tree: mine, parents: ['p', 'q'] }));
      assert.ok(!isOurs({ message, tree: mine, parents: [] }));
      assert.ok(!isOurs({ message: `${message}Signed-off-by: x\n`, tree: mine, parents: ['p'] }));
      assert.equal(unsignMessage(message), text.trimEnd());
    }),
  );
});
