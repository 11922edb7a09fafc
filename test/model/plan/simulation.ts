/**
 * A small world in which people merge and CI reconciles, killed now and then. It keeps its own journal of what happened
 * and asserts, at each effect, what must never happen; it does not look at how the plan decides.
 *
 * Counted as "built twice": two builds of one digest for two versions. A build that is repeated for the same version,
 * because the run was killed before its record, is the same build (same inputs, same bytes).
 * A reason for the second is: the newer release says `rebuild`, or since the first build the tree held other content, or
 * a release file asked for other content.
 */
import assert from 'node:assert/strict';
import { findRecordObstacle } from '../../../scripts/model/plan/record-check.ts';
import { planRepository } from '../../../scripts/model/plan.ts';
import { addMirrors } from '../../../scripts/model/record.ts';
import type { Repository } from '../../../scripts/model/streams.ts';
import type { PublishedRecord, Release } from '../../../scripts/model/types.generated.ts';
import { compareVersions } from '../../../scripts/model/version.ts';
import { record, streamId } from '../repository-fixture.ts';

/** The main branch. Heads are never changed: a commit makes a new one. */
export interface Head {
  date: Date;
  /** Content digest of the tree. */
  content: string;
  targets: string[];
  releases: ReadonlyMap<string, { release: Release; record?: PublishedRecord }>;
  /** Content that may not be built: withdrawn, and nobody said why it should be again. */
  banned: ReadonlySet<string>;
  /** How often content other than the key was asked for, by the tree or by a file: grows with each merge. */
  otherAsked: ReadonlyMap<string, number>;
}

export type Observe = (head: Head) => Promise<Repository>;

class Killed extends Error {}

export class World {
  head: Head;
  readonly mirrors = new Map<string, Map<string, string>>();
  /** Everything CI did, in order. */
  readonly effects: string[] = [];
  private readonly builds = new Map<string, { version: string; otherAsked: number }>();
  private readonly recordsCreated = new Set<string>();
  private readonly observe: Observe;

  constructor(head: Head, observe: Observe) {
    this.head = head;
    this.observe = observe;
  }

  async plan(head = this.head) {
    const [plan] = planRepository(await this.observe(head), { mergedAt: head.date });
    assert.ok(plan);
    return plan;
  }

  /** Runs reconcile. `before(n)` is called before effect n and returns false to kill the run there. */
  async reconcile(before: (effect: number) => boolean = () => true): Promise<'ended' | 'killed'> {
    let count = 0;
    const effect = (what: string) => {
      if (!before(count++)) throw new Killed();
      this.effects.push(what);
    };
    try {
      for (let round = 0; round < 30; round++) if (!(await this.round(effect))) return 'ended';
    } catch (error) {
      if (error instanceof Killed) return 'killed';
      throw error;
    }
    assert.fail('reconcile does not end');
  }

  /** One action. False when there was none. */
  private async round(effect: (what: string) => void): Promise<boolean> {
    const seen = this.head;
    const { action } = await this.plan(seen);
    switch (action.kind) {
      case 'mint':
        effect('mint');
        return await this.mint();
      case 'release':
        effect('build');
        this.assertBuildable(action.release, seen);
        for (const id of action.release.targets.mirrors) this.copy(effect, id, action.release);
        effect('record');
        await this.writeRecord(action.release, action.release.targets.mirrors);
        return true;
      case 'continue':
      case 'extend':
        for (const id of action.mirrors) this.copy(effect, id, action.release);
        effect('record');
        await this.writeRecord(action.release, action.mirrors);
        return true;
      default:
        return false;
    }
  }

  /** The commit is planned for the head it lands on: somebody may have pushed since. */
  private async mint(): Promise<boolean> {
    const { action } = await this.plan();
    if (action.kind !== 'mint') return true;
    const { release } = action;
    for (const version of this.head.releases.keys()) assert.ok(compareVersions(release.version, version) > 0);
    assert.equal(release.content, this.head.content);
    assert.ok(!this.head.banned.has(release.content), 'withdrawn content is minted');
    this.head = { ...this.head, releases: new Map(this.head.releases).set(release.version, { release }) };
    return true;
  }

  private assertBuildable(release: Release, seen: Head): void {
    const { version, content, rebuild } = release;
    assert.equal(content, seen.content, 'only the content of the tree can be built');
    assert.ok(!seen.banned.has(content) || rebuild !== undefined, 'withdrawn content is built');
    assert.ok(!this.recordsCreated.has(version) || seen !== this.head, 'a recorded version is built');
    const otherAsked = seen.otherAsked.get(content) ?? 0;
    const last = this.builds.get(content);
    if (last !== undefined && last.version !== version) {
      assert.ok(
        rebuild !== undefined || otherAsked > last.otherAsked,
        `${version} is built without a reason`,
      );
    }
    this.builds.set(content, { version, otherAsked });
  }

  private copy(effect: (what: string) => void, id: string, { version, content }: Release): void {
    effect(`mirror ${id}`);
    const mirror = this.mirrors.get(id) ?? new Map<string, string>();
    assert.equal(mirror.get(version) ?? content, content, 'a version on a mirror changes its bytes');
    this.mirrors.set(id, mirror.set(version, content));
  }

  /** On the newest head, which may have moved since the build began. */
  private async writeRecord({ version, content }: Release, mirrors: string[]): Promise<void> {
    const [stream] = (await this.observe(this.head)).streams;
    const state = this.head.releases.get(version);
    assert.ok(stream && state);
    if (findRecordObstacle(stream, version) !== undefined) return;
    assert.equal(state.release.withdrawn, undefined, 'a withdrawn release is recorded');
    if (state.record === undefined)
      assert.ok(!this.head.banned.has(content), 'withdrawn content is recorded');
    const fresh = record(version, content, mirrors);
    if (state.record === undefined) {
      assert.ok(!this.recordsCreated.has(version), 'a version is recorded twice');
      this.recordsCreated.add(version);
    }
    const written = state.record === undefined ? fresh : addMirrors(state.record, fresh.mirrors, new Date(0));
    assert.notEqual(written, state.record, 'a record is written without a change');
    const releases = new Map(this.head.releases).set(version, { release: state.release, record: written });
    this.head = { ...this.head, releases };
  }

  /** Asserts what must hold after reconcile came to its end. */
  async assertSettled(): Promise<string> {
    const { action } = await this.plan();
    const live = [...this.head.releases.values()]
      .filter(({ release }) => release.withdrawn === undefined)
      .sort((a, b) => compareVersions(b.release.version, a.release.version));
    const newest = live[0];
    if (action.kind === 'held')
      assert.ok(this.head.banned.has(this.head.content), 'held without a withdrawal');
    if (action.kind === 'blocked') {
      for (const problem of action.problems)
        assert.match(problem.message, /is not in releases\/targets\.yaml|with 'rebuild: REASON'/);
    }
    if (action.kind === 'held' || action.kind === 'blocked') return action.kind;
    assert.equal(action.kind, 'nothing');
    assert.equal(newest?.release.content, this.head.content);
    assert.equal(newest?.record?.stream, streamId);
    for (const id of new Set([...newest.release.targets.mirrors, ...this.head.targets])) {
      assert.ok(
        newest.record.mirrors.some((mirror) => mirror.id === id),
        `the record lacks ${id}`,
      );
      assert.equal(this.mirrors.get(id)?.get(newest.release.version), this.head.content);
    }
    return action.kind;
  }
}
