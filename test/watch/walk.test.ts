/** Anything may happen between two watches: what must hold after each. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { cloud, docker, judgeAlpha, startWatchWorld, streamFiles } from '../support/watch-world.ts';

const names = ['alpha', 'beta', 'gamma'] as const;
const step = fc.oneof(
  fc.record({ kind: fc.constant('package' as const), name: fc.constantFrom(...names), version: fc.nat(3) }),
  fc.record({ kind: fc.constant('merge' as const), pick: fc.nat(1) }),
  fc.record({ kind: fc.constant('person' as const), pick: fc.nat(1) }),
  fc.record({ kind: fc.constant('delete' as const), pick: fc.nat(1) }),
  fc.record({ kind: fc.constant('kickstart' as const), size: fc.integer({ min: 900, max: 903 }) }),
  fc.record({ kind: fc.constant('day' as const) }),
);

test('a second look writes nothing, no commit of a person is lost, and what is merged is what the repositories have', async (t) => {
  await fc.assert(
    fc.asyncProperty(fc.array(step, { maxLength: 12 }), async (steps) => {
      const world = await startWatchWorld(t);
      const judge = judgeAlpha('2.0-1', { due: '2026-12-24T00:00:00Z' });
      const notes = new Map<string, string>();
      let seen = new Map(world.versions);
      let day = 22;
      for (const [at, one] of steps.entries()) {
        const id = 'pick' in one && one.pick === 1 ? docker : cloud;
        const branch = `aperiodic/next/${id}`;
        const there = world.git.branches.has(branch);
        if (one.kind === 'package') world.versions.set(one.name, `${one.version}.0-1`);
        if (one.kind === 'day') world.time.now = `2026-12-${String(++day).padStart(2, '0')}T00:00:00Z`;
        if (one.kind === 'kickstart') {
          const text = streamFiles()['kickstarts/cloud.ks'] ?? '';
          world.commit({ 'kickstarts/cloud.ks': text.replace('900', String(one.size)) });
        }
        if (one.kind === 'person' && there) {
          world.commit({ 'notes.md': `${at}\n` }, branch);
          notes.set(branch, `${at}\n`);
        }
        if (one.kind === 'merge' && there && !notes.has(branch)) {
          world.git.merge(branch);
          const pins = world.show('main', `releases/${id}/pins.amd64.yaml`);
          for (const name of ['alpha', id === docker ? 'gamma' : 'beta'])
            assert.ok(pins.includes(`name: ${name}, version: ${seen.get(name)},`), pins);
        }
        if (one.kind === 'delete' && there) {
          world.git.branches.delete(branch);
          notes.delete(branch);
        }
        seen = new Map(world.versions);
        const outcomes = await world.watch({ judge });
        assert.deepEqual(
          outcomes.flatMap(({ error }) => error?.message ?? []),
          [],
        );
        const writes = world.writes.length;
        await world.watch({ judge });
        assert.equal(world.writes.length, writes, JSON.stringify(steps.slice(0, at + 1)));
        for (const [name, text] of notes) assert.equal(world.show(name, 'notes.md'), text);
      }
    }),
    { numRuns: 15 },
  );
});
