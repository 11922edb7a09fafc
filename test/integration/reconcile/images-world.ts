/**
 * A small world of merges, regions that fail and killed runs, for what happens to images after their release: the real
 * plan, lifecycle and drift over the files of a tree, on a cloud in memory. It asserts at each effect what must never
 * happen, and keeps its own books for that. How images are copied and opened is the business of the stages' own tests:
 * here that is a few lines.
 */
import assert from 'node:assert/strict';
import type { ImagePlan, PointerPlan, RegionsToReach } from '../../../scripts/model/cloud.ts';
import { AperiodicError } from '../../../scripts/model/errors.ts';
import type { Observed } from '../../../scripts/model/plan/observed.ts';
import { deprecationDate, newestWithImages } from '../../../scripts/model/plan/retention.ts';
import { planRepository } from '../../../scripts/model/plan.ts';
import { addImages } from '../../../scripts/model/record.ts';
import {
  type Repository,
  recordPath,
  releasePath,
  type StreamState,
} from '../../../scripts/model/streams.ts';
import { timestamp } from '../../../scripts/model/timestamp.ts';
import type { RecordedImage, Release, Retention } from '../../../scripts/model/types.generated.ts';
import type { Tree } from '../../../scripts/ports.ts';
import { repairDrift } from '../../../scripts/reconcile/repair-drift.ts';
import { type ImageWork, tendImages } from '../../../scripts/reconcile/tend-images.ts';
import { renderRecord } from '../../../scripts/render/record.ts';
import { renderRelease } from '../../../scripts/render/release.ts';
import * as fixture from '../../model/repository-fixture.ts';
import { createFakeForge } from '../../support/fake-forge.ts';
import { createFakeTask } from '../../support/fake-log.ts';

const day = 86_400_000;
export const prefix = '/aperiodic';
export const graceDays = 14;

export interface Image {
  ami: string;
  version: string;
  public: boolean;
  /** When it was last made private. */
  privateSince: number;
  createdAt: number;
  deprecateAt: string | undefined;
}

export interface Region {
  images: Map<string, Image>;
  pointers: Map<string, string>;
}

class Killed extends Error {}

export class ImagesWorld {
  now = Date.parse('2026-11-01T10:00:00Z');
  readonly forge = createFakeForge({});
  readonly regions = new Map<string, Region>();
  readonly down = new Set<string>();
  readonly effects: string[] = [];
  private count = 0;
  private before: (effect: number) => boolean = () => true;
  private made = 0;

  async load(tree?: Tree): Promise<Repository> {
    const at = tree ?? (await this.forge.head());
    const files: Record<string, string> = {};
    for (const path of [...(await at.list('releases')), ...(await at.list('kickstarts'))])
      files[path] = (await at.read(path)) ?? '';
    const { repository, problems } = await fixture.load(files, { requestOf: async () => fixture.request });
    assert.deepEqual(
      problems.map((problem) => problem.located),
      [],
    );
    return repository;
  }

  async stream(): Promise<StreamState> {
    const [stream] = (await this.load()).streams;
    assert.ok(stream);
    return stream;
  }

  region(id: string): Region {
    const region = this.regions.get(id) ?? { images: new Map(), pointers: new Map() };
    this.regions.set(id, region);
    return region;
  }

  /** Runs all that reconcile does. `before(n)` returns false to kill it before effect n. */
  async reconcile(before: (effect: number) => boolean = () => true): Promise<'ended' | 'killed'> {
    this.count = 0;
    this.before = before;
    try {
      await repairDrift(await this.load(), this.observe(), this.ports(), this.work());
      await this.tend();
      for (let round = 0; round < 10 && (await this.release()); round++);
      await this.tend();
      return 'ended';
    } catch (error) {
      if (error instanceof Killed) return 'killed';
      throw error;
    } finally {
      await this.assertSafe();
    }
  }

  private effect(what: string): void {
    if (!this.before(this.count++)) throw new Killed();
    this.effects.push(what);
  }

  private ports() {
    const forge = {
      head: () => this.forge.head(),
      commit: async (request: Parameters<typeof this.forge.commit>[0]) =>
        await this.forge.commit({
          ...request,
          render: async (tree) => {
            const files = await request.render(tree);
            if (files.length > 0) this.effect(request.message.trim());
            return files;
          },
        }),
    };
    const log = { info: () => undefined, warn: () => undefined, task: () => createFakeTask() };
    const clock = { now: () => new Date(this.now), sleep: async () => undefined };
    return { forge, log, clock };
  }

  private async tend(): Promise<void> {
    const options = { load: (tree: Tree) => this.load(tree), work: this.work() };
    await tendImages(await this.load(), this.ports(), options);
  }

  /** One step of the plan. False when there is no more, or it failed. */
  private async release(): Promise<boolean> {
    const [plan] = planRepository(await this.load(), { mergedAt: new Date(this.now) });
    assert.ok(plan);
    const { action } = plan;
    switch (action.kind) {
      case 'mint':
        this.effect('mint');
        this.forge.files.set(action.path, renderRelease(action.release));
        return true;
      case 'release': {
        const { aws } = action.release.targets;
        return aws !== undefined && (await this.publish(action.release, aws));
      }
      case 'continue':
      case 'extend':
        return action.aws !== undefined && (await this.publish(action.release, action.aws));
      default:
        return false;
    }
  }

  /** False when a required region failed, or nothing came of it. */
  private async publish(release: Release, { regions, bestEffort }: RegionsToReach): Promise<boolean> {
    if (regions.some((id) => this.down.has(id))) return false;
    const reached = [...regions, ...bestEffort.filter((id) => !this.down.has(id))];
    const images = reached.map((id) => [id, this.copy(id, release.version)] as const);
    if (images.length === 0) return false;
    for (const [id, image] of images) {
      if (image.public) continue;
      this.effect(`open ${id} ${release.version}`);
      image.public = true;
    }
    const stream = await this.stream();
    const retention = stream.stream?.aws?.retention;
    assert.ok(retention);
    const state = stream.releases.find((one) => one.release.version === release.version);
    const earlier = state?.record ?? { ...fixture.record(release.version, release.content) };
    const date = new Date(this.now);
    const deprecateAt = deprecationDate(release.version, retention, date, earlier.deprecateAt);
    for (const [, image] of images) image.deprecateAt = deprecateAt;
    const recorded = addImages(
      earlier,
      { images: images.map(([id, image]) => record(id, image)), deprecateAt },
      date,
    );
    this.effect(`record ${release.version}`);
    this.forge.files.set(recordPath(fixture.streamId, release.version), renderRecord(recorded));
    return true;
  }

  private copy(id: string, version: string): Image {
    const { images } = this.region(id);
    const there = [...images.values()].filter((image) => image.version === version);
    assert.ok(there.length <= 1, 'a region has two images of one version');
    if (there[0] !== undefined) return there[0];
    this.effect(`copy ${id} ${version}`);
    const ami = `ami-${String(++this.made).padStart(17, '0')}`;
    const made = {
      ami,
      version,
      public: false,
      privateSince: this.now,
      createdAt: this.now,
      deprecateAt: undefined,
    };
    images.set(ami, made);
    return made;
  }

  private observe(): Observed {
    const seen = [...this.regions].filter(([id]) => !this.down.has(id));
    return {
      regions: seen.map(([id]) => id),
      images: seen.flatMap(([region, { images }]) =>
        [...images.values()].map((image) => ({
          region,
          ami: image.ami,
          snapshot: snapshotOf(image),
          public: image.public,
          createdAt: timestamp(new Date(image.createdAt)),
          deprecateAt: image.deprecateAt,
          stream: fixture.streamId,
          version: image.version,
          architecture: 'amd64',
        })),
      ),
      pointers: seen.flatMap(([region, { pointers }]) =>
        [...pointers].map(([name, ami]) => ({ region, name, ami })),
      ),
    };
  }

  private work(): ImageWork {
    const each = async (
      { images }: ImagePlan,
      change: (image: Image | undefined, recorded: RecordedImage, region: Region) => void | Promise<void>,
    ) => {
      const done: RecordedImage[] = [];
      const failures: { region: string; error: AperiodicError }[] = [];
      for (const recorded of images) {
        const region = this.region(recorded.region);
        if (this.down.has(recorded.region)) {
          failures.push({ region: recorded.region, error: new AperiodicError('unreachable', 'down') });
          continue;
        }
        await change(region.images.get(recorded.ami), recorded, region);
        done.push(recorded);
      }
      return { done, failures };
    };
    const close = async (image: Image, recorded: RecordedImage) => {
      if (!image.public) return;
      await this.assertMayClose(image, recorded);
      this.effect(`close ${recorded.region} ${image.version}`);
      image.public = false;
      image.privateSince = this.now;
    };
    return {
      movePointers: async (plan) => this.movePointers(plan),
      restoreImages: (plan) =>
        each(plan, (image, recorded) => {
          assert.ok(image, 'an image to restore is gone');
          if (image.public) return;
          this.effect(`open ${recorded.region} ${image.version}`);
          image.public = true;
        }),
      withdrawImages: (plan) =>
        each(plan, async (image, recorded) => image && (await close(image, recorded))),
      removeImages: (plan) =>
        each(plan, async (image, recorded, region) => {
          if (image === undefined) return;
          await this.assertMayRemove(image, recorded);
          await close(image, recorded);
          this.effect(`remove ${recorded.region} ${image.version}`);
          region.images.delete(image.ami);
        }),
      renewImages: (plan, at) =>
        each(plan, (image, recorded) => {
          if (image === undefined || image.deprecateAt === at) return;
          this.effect(`renew ${recorded.region} ${image.version}`);
          image.deprecateAt = at;
        }),
    };
  }

  private movePointers({ put, remove }: PointerPlan) {
    const failures: { region: string; error: AperiodicError }[] = [];
    for (const { region, name, ami } of [...put, ...remove.map((one) => ({ ...one, ami: undefined }))]) {
      const { pointers } = this.region(region);
      if (this.down.has(region)) {
        failures.push({ region, error: new AperiodicError('unreachable', 'down') });
      } else if (pointers.get(name) !== ami) {
        this.effect(`point ${region} ${name}`);
        if (ami === undefined) pointers.delete(name);
        else pointers.set(name, ami);
      }
    }
    return { done: [], failures };
  }

  private async assertMayClose({ version, ami }: Image, { region }: RecordedImage): Promise<void> {
    const stream = await this.stream();
    const state = stream.releases.find(({ release }) => release.version === version);
    assert.ok(state);
    for (const [name, named] of this.region(region).pointers)
      assert.notEqual(named, ami, `${name} names an image that is made private`);
    if (state.release.withdrawn !== undefined || state.record === undefined) return;
    assert.notEqual(newestWithImages(stream)?.release.version, version, 'the newest live release is touched');
  }

  private async assertMayRemove(image: Image, recorded: RecordedImage): Promise<void> {
    const stream = await this.stream();
    const state = stream.releases.find(({ release }) => release.version === image.version);
    assert.ok(state);
    const { record, release } = state;
    if (record?.images?.some(({ ami }) => ami === image.ami) !== true) return;
    if (record.images.some(({ ami, state: now }) => ami === image.ami && now === 'removed')) return;
    if (release.withdrawn !== undefined) {
      assert.ok(!image.public, 'a withdrawn image is removed before it was private');
      assert.ok(this.now >= image.privateSince + graceDays * day, 'an image is removed within its grace');
      return;
    }
    assert.notEqual(
      newestWithImages(stream)?.release.version,
      image.version,
      'the newest live release is removed',
    );
    assert.ok(
      this.now >= Date.parse(record.deprecateAt ?? ''),
      `${recorded.region}: removed before deprecated`,
    );
  }

  /** What holds at every moment, killed or not: nobody is led to an image that cannot be launched. */
  async assertSafe(): Promise<void> {
    for (const [id, { images, pointers }] of this.regions)
      for (const [name, ami] of pointers)
        assert.equal(images.get(ami)?.public, true, `${name} in ${id} names an image that is not public`);
  }

  /** What holds after a run in which every region answered. */
  async assertSettled(): Promise<string> {
    const repository = await this.load();
    const [stream] = repository.streams;
    const [plan] = planRepository(repository, { mergedAt: new Date(this.now) });
    assert.ok(stream && plan && repository.targets?.aws);
    const named = new Map<string, { version: string; state: string; withdrawn: boolean }>();
    for (const { release, record: written } of stream.releases)
      for (const image of written?.images ?? [])
        named.set(`${image.region} ${image.ami}`, {
          version: release.version,
          state: image.state,
          withdrawn: release.withdrawn !== undefined,
        });
    for (const [key, { state, withdrawn }] of named) {
      const [id = '', ami = ''] = key.split(' ');
      const image = this.regions.get(id)?.images.get(ami);
      assert.equal(image !== undefined, state !== 'removed', `${key} is ${state}`);
      assert.equal(image?.public ?? false, state === 'public', `${key} is ${state}`);
      if (withdrawn) assert.notEqual(state, 'public');
    }
    const retention = stream.stream?.aws?.retention;
    assert.ok(retention);
    for (const [id, region] of this.regions) this.assertRegion(id, region, stream, retention);
    if (plan.action.kind === 'nothing') {
      const newest = newestWithImages(stream);
      assert.equal(newest?.release.version, plan.action.version);
      for (const { id } of repository.targets.aws.regions) {
        const latest = this.region(id).pointers.get(`${prefix}/${fixture.streamId}/amd64/latest`);
        assert.equal(this.region(id).images.get(latest ?? '')?.version, plan.action.version);
      }
    }
    return plan.action.kind;
  }

  private assertRegion(id: string, { images, pointers }: Region, stream: StreamState, retention: Retention) {
    const live = stream.releases
      .filter(({ release }) => release.withdrawn === undefined)
      .map(({ release }) => release.version);
    const recorded = (image: Image) =>
      stream.releases.some(({ record: written }) => written?.images?.some(({ ami }) => ami === image.ami));
    const shown = [...images.values()].filter((image) => image.public && recorded(image));
    // Recorded or not: a run that was killed may have opened what was withdrawn after.
    const open = [...images.values()].filter((image) => image.public);
    assert.ok(
      open.every(({ version }) => live.includes(version)),
      `${id} shows a withdrawn image`,
    );
    const leftBehind = [...images.values()].filter(({ version, privateSince }) => {
      const state = stream.releases.find(({ release }) => release.version === version);
      if (state?.release.withdrawn === undefined) return false;
      const since = Math.max(privateSince, Date.parse(state.record?.recordedAt ?? '1970-01-01'));
      return this.now >= since + graceDays * day;
    });
    assert.deepEqual(leftBehind, [], `${id} keeps what was withdrawn long ago`);
    const newest = newestWithImages(stream)?.release.version;
    const best = live.filter((version) => shown.some((image) => image.version === version)).at(-1);
    const tooOld = live.slice(0, -1).filter((version) => {
      const state = stream.releases.find(({ release }) => release.version === version);
      const due =
        Date.parse(state?.record?.deprecateAt ?? '') +
        (retention.removeAfterDays - retention.deprecateAfterDays) * day;
      return version !== newest && this.now >= due && version !== best;
    });
    const kept = [...images.values()].filter((image) => recorded(image) && tooOld.includes(image.version));
    assert.deepEqual(kept, [], `${id} keeps images past their removal`);
    const counted = shown.filter(({ version }) => version !== newest);
    assert.ok(counted.length <= retention.public, `${id} shows more than retention says`);
    const latest = pointers.get(`${prefix}/${fixture.streamId}/amd64/latest`);
    assert.equal(images.get(latest ?? '')?.version, best, `latest in ${id}`);
    assert.equal(pointers.size, shown.length + (best === undefined ? 0 : 1), `pointers of ${id}`);
  }
}

function snapshotOf({ ami }: Image): string {
  return ami.replace('ami-', 'snap-');
}

function record(region: string, image: Image): RecordedImage {
  return { architecture: 'amd64', region, ami: image.ami, snapshot: snapshotOf(image), state: 'public' };
}

export function releaseFile(version: string): string {
  return releasePath(fixture.streamId, version);
}
