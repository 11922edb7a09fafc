/** What people can merge in the simulation. */
import fc from 'fast-check';
import type { Release } from '../../../scripts/model/types.generated.ts';
import { compareVersions, nextVersion } from '../../../scripts/model/version.ts';
import { release } from '../repository-fixture.ts';
import type { Head } from './simulation.ts';

export interface FileSpec {
  /** Index of content; undefined asks for the content of the tree. */
  content: number | undefined;
  /** Whether its version is older than all others: a pull request that lay for long. */
  old: boolean;
  rebuild: boolean;
}

export type Merge =
  | { kind: 'content'; content: number; file: FileSpec | undefined }
  | { kind: 'file'; file: FileSpec }
  | { kind: 'targets'; ids: string[] }
  | { kind: 'comment' }
  /** The nth release, from the newest. */
  | { kind: 'withdraw'; nth: number };

export interface Step {
  merge: Merge;
  /** Days since the last merge; clocks and branches can be behind. */
  days: number;
  /** Reconcile after it: not at all, until the end, or killed before this effect. */
  reconcile: 'no' | 'whole' | number;
  /** Merged while that reconcile runs, before this effect. */
  during: { at: number; merge: Merge } | undefined;
}

const contents = fc.nat({ max: 2 });
const files: fc.Arbitrary<FileSpec> = fc.record({
  content: fc.option(contents, { nil: undefined, freq: 2 }),
  old: fc.boolean(),
  rebuild: fc.boolean(),
});
const merges: fc.Arbitrary<Merge> = fc.oneof(
  {
    weight: 6,
    arbitrary: fc.record({
      kind: fc.constant('content' as const),
      content: contents,
      file: fc.option(files, { nil: undefined }),
    }),
  },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant('file' as const), file: files }) },
  {
    weight: 2,
    arbitrary: fc.record({
      kind: fc.constant('targets' as const),
      ids: fc.subarray(['one', 'two', 'three']),
    }),
  },
  { weight: 1, arbitrary: fc.constant({ kind: 'comment' as const }) },
  { weight: 3, arbitrary: fc.record({ kind: fc.constant('withdraw' as const), nth: fc.nat({ max: 2 }) }) },
);

export const steps: fc.Arbitrary<Step> = fc.record({
  merge: merges,
  days: fc.integer({ min: -1, max: 2 }),
  reconcile: fc.oneof(fc.constantFrom('no' as const, 'whole' as const), fc.nat({ max: 6 })),
  during: fc.option(fc.record({ at: fc.nat({ max: 4 }), merge: merges }), { nil: undefined, freq: 3 }),
});

export function applyMerge(head: Head, merge: Merge, days: number, digests: readonly string[]): Head {
  const date = new Date(head.date.getTime() + days * 86_400_000);
  const moved = { ...head, date };
  switch (merge.kind) {
    case 'content': {
      const changed = askFor({ ...moved, content: digests[merge.content] ?? '' }, digests[merge.content]);
      return merge.file === undefined ? changed : addFile(changed, merge.file, digests);
    }
    case 'file':
      return addFile(moved, merge.file, digests);
    case 'targets':
      return { ...moved, targets: merge.ids };
    case 'comment':
      return moved;
    case 'withdraw':
      return withdraw(moved, merge.nth);
  }
}

/** Notes that this content was asked for: a reason to build any other again. */
function askFor(head: Head, content: string | undefined): Head {
  const otherAsked = new Map(head.otherAsked);
  for (const [other, count] of otherAsked) if (other !== content) otherAsked.set(other, count + 1);
  return { ...head, otherAsked };
}

export function addFile(head: Head, spec: FileSpec, digests: readonly string[]): Head {
  const existing = [...head.releases.keys()];
  let version = nextVersion(head.date, existing);
  if (spec.old) {
    version = '20200101.0';
    while (existing.includes(version)) version = nextVersion(new Date('2020-01-01'), [version]);
  }
  const content = spec.content === undefined ? head.content : (digests[spec.content] ?? '');
  const made: Release = release(version, content, {
    targets: { mirrors: head.targets },
    ...(spec.rebuild ? { rebuild: 'Asked for again' } : {}),
  });
  const banned = new Set(head.banned);
  // A reason older than the withdrawal cannot speak of it.
  const withdrawnLater = [...head.releases.values()].some(
    ({ release: other }) =>
      other.content === content &&
      other.withdrawn !== undefined &&
      compareVersions(other.version, version) > 0,
  );
  if (spec.rebuild && !withdrawnLater) banned.delete(content);
  const releases = new Map(head.releases).set(version, { release: made });
  return askFor({ ...head, banned, releases }, content);
}

function withdraw(head: Head, nth: number): Head {
  const newestFirst = [...head.releases.keys()].sort((a, b) => compareVersions(b, a));
  const version = newestFirst[nth] ?? '';
  const state = head.releases.get(version);
  if (state === undefined || state.release.withdrawn !== undefined) return head;
  const { content } = state.release;
  const withdrawn = { reason: 'It was bad', at: '2026-11-22T00:00:00Z' };
  const releases = new Map(head.releases).set(version, {
    ...state,
    release: { ...state.release, withdrawn },
  });
  const takenBack = [...head.releases.values()].some(
    ({ release: other, record }) =>
      other.content === content &&
      other.withdrawn === undefined &&
      compareVersions(other.version, version) > 0 &&
      (record !== undefined || other.rebuild !== undefined),
  );
  return { ...head, releases, banned: takenBack ? head.banned : new Set([...head.banned, content]) };
}
