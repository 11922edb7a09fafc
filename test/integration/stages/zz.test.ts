/** However a repository changed, and however often its site was made meanwhile, the site is the one that is made from nothing. */
import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { rm } from 'node:fs/promises';
import path from 'node:path';
import test from 'node:test';
import fc from 'fast-check';
import { createSiteFolder } from '../../../scripts/adapters/site/folder.ts';
import { openStreamCache } from '../../../scripts/adapters/site/stream-cache.ts';
import { AperiodicError } from '../../../scripts/model/errors.ts';
import { recordPath, releasePath, streamPath } from '../../../scripts/model/streams.ts';
import type { Tree } from '../../../scripts/model/tree.ts';
import type { SiteSource } from '../../../scripts/ports/site.ts';
import { renderRecord } from '../../../scripts/render/record.ts';
import { renderRelease } from '../../../scripts/render/release.ts';
import { generateSite } from '../../../scripts/stages/site.ts';
import { silentLog } from '../../support/fake-ports.ts';
import { makeFixtureFix, makeFixtureRelease } from '../../support/site/fixture-catalog.ts';
import { renderFixtureStream, versionOf } from '../../support/site/many-releases.ts';
import { readSite } from '../../support/site/read-site.ts';
import { temporaryFolder } from '../../support/temporary-folder.ts';

interface ReleaseModel {
  isRecorded: boolean;
  isWithdrawn: boolean;
  /** Days after the beginning when its fix is due; absent without one. */
  due?: number;
  merged?: string;
}

interface Model {
  /** By number. The second stream may have another name, and no release. */
  streams: Map<number, ReleaseModel[]>;
  mirrors: Map<string, number>;
  title: string;
  /** Since the beginning. */
  days: number;
}

type Edit =
  | { kind: 'release'; isRecorded: boolean; due: number | undefined }
  | { kind: 'record' | 'withdraw' | 'date'; which: number }
  | { kind: 'keep'; mirror: string; count: number }
  | { kind: 'rename' | 'title' }
  | { kind: 'wait'; days: number };

const begin = Date.UTC(2026, 0, 1);
const dayOf = (days: number) => new Date(begin + days * 86_400_000);
const isoOf = (days: number) => dayOf(days).toISOString().replace('.000Z', 'Z');
const main = 1;

const edit: fc.Arbitrary<Edit> = fc.oneof(
  {
    weight: 3,
    arbitrary: fc.record({
      kind: fc.constant('release' as const),
      isRecorded: fc.boolean(),
      due: fc.option(fc.nat(60), { nil: undefined }),
    }),
  },
  {
    weight: 3,
    arbitrary: fc.record({
      kind: fc.constantFrom('record' as const, 'withdraw' as const, 'date' as const),
      which: fc.nat(5),
    }),
  },
  fc.record({
    kind: fc.constant('keep' as const),
    mirror: fc.constantFrom('primary', 'second'),
    count: fc.integer({ min: -1, max: 3 }),
  }),
  fc.record({ kind: fc.constantFrom('rename' as const, 'title' as const) }),
  fc.record({ kind: fc.constant('wait' as const), days: fc.integer({ min: 1, max: 40 }) }),
);

function apply(model: Model, change: Edit): void {
  const releases = model.streams.get(main) ?? [];
  const chosen = 'which' in change ? releases[change.which % Math.max(1, releases.length)] : undefined;
  switch (change.kind) {
    case 'release':
      releases.push({
        isRecorded: change.isRecorded,
        isWithdrawn: false,
        ...(change.due === undefined ? {} : { due: change.due }),
      });
      break;
    case 'record':
      if (chosen !== undefined) chosen.isRecorded = true;
      break;
    case 'withdraw':
      if (chosen !== undefined) chosen.isWithdrawn = true;
      break;
    case 'date':
      if (chosen !== undefined) chosen.merged = isoOf(model.days);
      break;
    case 'keep':
      // One that nobody names any more; at least one is named.
      if (change.count < 0 && model.mirrors.size > 1) model.mirrors.delete(change.mirror);
      else model.mirrors.set(change.mirror, Math.max(1, change.count));
      break;
    case 'rename':
      model.streams = new Map([...model.streams].map(([id, list]) => [id === main ? id : id + 1, list]));
      break;
    case 'title':
      model.title += '!';
      break;
    case 'wait':
      model.days += change.days;
  }
}

function listFiles(model: Model): Map<string, string> {
  const mirrors = [...model.mirrors].map(([id, keep]) => `{id: ${id}, keep: ${keep}}`);
  const files = new Map([
    ['releases/targets.yaml', `mirrors: [${mirrors.join(', ')}]\nsite: {title: 'Testix ${model.title}'}\n`],
    ['releases/repositories.yaml', 'repositories: []\n'],
  ]);
  for (const [number, releases] of model.streams) {
    const id = `testix-${number}/cloud-base`;
    files.set(streamPath(id), renderFixtureStream(0));
    for (const [index, { isRecorded, isWithdrawn, due }] of releases.entries()) {
      const version = versionOf(index);
      const { release, record } = makeFixtureRelease(id, 'Testix-Cloud-Base-0', {
        version,
        regions: ['xx-made-1'],
        deprecateAt: isoOf(30 + index * 3),
        ...(isWithdrawn ? { withdrawn: 'it does not boot' } : {}),
        ...(due === undefined
          ? {}
          : { fixes: [{ ...makeFixtureFix(`FIX-${index}`, isoOf(0)), due: isoOf(due) }] }),
      });
      files.set(releasePath(id, version), renderRelease(release));
      if (isRecorded && record !== undefined) files.set(recordPath(id, version), renderRecord(record));
    }
  }
  return files;
}

function treeOf(model: Model): Tree {
  const files = listFiles(model);
  const list = async (folder: string) =>
    [...files.keys()].filter((name) => name.startsWith(`${folder}/`)).sort();
  const digest = (text: string) => createHash('sha1').update(text).digest('hex');
  return {
    commit: '1'.repeat(40),
    date: dayOf(model.days),
    read: async (name) => files.get(name),
    list,
    digests: async (folder) =>
      new Map((await list(folder)).map((name) => [name, digest(files.get(name) ?? '')])),
  };
}

function sourceOf(model: Model, cache: string): SiteSource {
  return {
    openCache: (stream) => openStreamCache(cache, stream, 'tests'),
    generator: async () => 'tests',
    assets: async () => ({ files: [], names: { style: 'site.css', script: 'site.js', icon: 'icon.svg' } }),
    dates: async () => (stream, version) => {
      if (stream !== `testix-${main}/cloud-base`) return {};
      const { merged } = (model.streams.get(main) ?? [])[versions.indexOf(version)] ?? {};
      return { merged, public: merged };
    },
    changes: async () => new Map(),
  };
}

const versions = Array.from({ length: 40 }, (_, index) => versionOf(index));
const signer = {
  keys: async () => {
    throw new AperiodicError('not-found', 'no key');
  },
  clearSign: async () => '',
  detach: async () => '',
  seal: async () => [],
};

async function make(model: Model, output: string, cache: string): Promise<Record<string, string>> {
  const ports = { log: silentLog, signer, source: sourceOf(model, cache) };
  await generateSite(treeOf(model), createSiteFolder(output), ports);
  return await readSite(output);
}

test('a site that was made again and again is the one that is made from nothing', async (t) => {
  const folder = await temporaryFolder(t);
  let runs = 0;
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.tuple(edit, fc.boolean()), { minLength: 2, maxLength: 12 }),
      async (edits) => {
        const run = path.join(folder, String(runs++));
        const model: Model = {
          streams: new Map([
            [main, []],
            [7, []],
          ]),
          mirrors: new Map([
            ['primary', 1],
            ['second', 2],
          ]),
          title: 'images',
          days: 0,
        };
        for (const [change, isMade] of edits) {
          apply(model, change);
          if (isMade) await make(model, path.join(run, 'again'), path.join(run, 'cache'));
        }
        const again = await make(model, path.join(run, 'again'), path.join(run, 'cache'));
        const once = await make(model, path.join(run, 'once'), path.join(run, 'other'));
        await rm(run, { recursive: true });
        // By name first: a whole site is long.
        const differing = Object.keys({ ...again, ...once }).filter((name) => again[name] !== once[name]);
        assert.deepEqual(differing, []);
      },
    ),
    { numRuns: 150 },
  );
});
