/** A whole release of an image that is bad, with everything real but the builder, which patches a good image. */
import assert from 'node:assert/strict';
import { cp, mkdir, readdir, readFile } from 'node:fs/promises';
import path from 'node:path';
import { generateSigningKey } from '../../scripts/adapters/openpgp/generate.ts';
import { openRepository } from '../../scripts/cli/open-repository.ts';
import { DEFAULT_IDENTITY } from '../../scripts/localcloud/identities.ts';
import { startLocalCloud } from '../../scripts/localcloud/start-local-cloud.ts';
import { parseYaml } from '../../scripts/model/yaml.ts';
import type { ImageBuilder } from '../../scripts/ports.ts';
import { reconcile } from '../../scripts/reconcile.ts';
import { createFakeLog } from '../support/fake-log.ts';
import { git } from '../support/git.ts';
import { snapshot } from '../support/snapshot.ts';
import { patchCopy } from './apply-patches.ts';
import type { GoodImage } from './find-image.ts';
import type { Patch } from './patch.ts';

const stream = 'debian-12/cloud-base';

/**
 * Releases what a demo has released, from a commit before its record, into a mirror and a cloud of its own.
 * @param folder new
 * @returns the message of the release's error, after it was seen that nothing of it became public
 */
export async function releaseBadImage(
  demo: { folder: string; commit: string },
  good: GoodImage,
  patches: readonly Patch[],
  folder: string,
): Promise<string> {
  const at = (name: string) => path.join(folder, name);
  const [origin, clone, mirror, cloud] = [at('origin.git'), at('clone'), at('mirror'), at('cloud')];
  for (const made of [folder, mirror]) await mkdir(made, { recursive: true });
  await git(folder, 'clone', '--quiet', '--bare', path.join(demo.folder, 'origin.git'), origin);
  await git(origin, 'update-ref', 'refs/heads/main', demo.commit);
  await git(folder, 'clone', '--quiet', origin, clone);
  const before = await snapshot(origin);

  const targets = parseYaml(
    'Targets',
    await readFile(path.join(clone, 'releases/targets.yaml'), 'utf8'),
    'targets',
  );
  const regions = targets.aws?.regions.map(({ id }) => id) ?? [];
  const server = await startLocalCloud({ folder: cloud, regions });
  try {
    const { privateKey } = await generateSigningKey('A key of tests, do not trust', new Date());
    const config = {
      file: undefined,
      store: path.join(demo.folder, 'store'),
      work: path.join(folder, 'work'),
      repositories: {},
      mirrors: { primary: { directory: mirror } },
      registries: {},
      feeds: {},
      git: { remote: 'origin', branch: 'main', via: 'git' as const },
      aws: { endpoint: server.endpoint },
      signing: { keyFiles: [], given: () => ({ key: privateKey }) },
      mail: { login: () => undefined },
      registryLogin: () => undefined,
      overrides: [],
    };
    const { ports, load } = await openRepository(clone, config, createFakeLog(), {
      credentials: DEFAULT_IDENTITY,
    });
    const [outcome] = await reconcile(
      { ...ports, images: patchingBuilder(good, patches) },
      { load: async (tree) => (await load(tree)).repository, streams: [stream] },
    );
    assert.equal(outcome?.plan.action.kind, 'release');
    assert.equal(outcome.recorded, undefined);
    assert.equal(outcome.error?.code, 'qa-failed', outcome.error?.message);
    assert.deepEqual(await readdir(mirror), [], 'the mirror');
    assert.deepEqual(await snapshot(origin), before, 'the origin');
    assert.deepEqual(await writingCalls(cloud), [], 'the cloud');
    return outcome.error.message;
  } finally {
    await server.stop();
  }
}

/** What it publishes of the image is that of the good one: only the disk is looked at. */
function patchingBuilder({ built, raw }: GoodImage, patches: readonly Patch[]): ImageBuilder {
  return {
    async build({ baseName, folder }) {
      const bad = path.join(folder, `${baseName}.raw`);
      await patchCopy(raw, bad, patches);
      const files = path.resolve(raw, '../..');
      const artifacts = built.artifacts.map(async ({ name, format, file }) => {
        const copy = path.join(folder, name);
        await cp(path.join(files, file.sha256, name), copy);
        return { format, path: copy };
      });
      return { raw: bad, artifacts: await Promise.all(artifacts), tools: built.tools };
    },
  };
}

async function writingCalls(cloud: string): Promise<string[]> {
  const log = await readFile(path.join(cloud, 'requests.jsonl'), 'utf8');
  assert.match(log, /"access":"read"/, 'it was looked at before anything was done');
  return log.split('\n').filter((line) => line.includes('"access":"write"'));
}
