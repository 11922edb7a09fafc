/** The one good image that all bad ones are patched from. */
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { createDirectoryArtifacts } from '../../scripts/adapters/artifacts/directory.ts';
import { toolRoot } from '../../scripts/adapters/host/python-venv.ts';
import { assertValid } from '../../scripts/model/schema.ts';
import type { Built } from '../../scripts/model/types.generated.ts';
import { buildImage } from '../../scripts/stages/build.ts';
import { fetchPackages } from '../../scripts/stages/fetch.ts';
import { prepareBench } from '../bench/prepare.ts';
import { createFakeLog } from '../support/fake-log.ts';

export interface GoodImage {
  built: Built;
  /** Path of the raw image. Never written. */
  raw: string;
}

/** Builds one from packages of today. */
export async function buildGoodImage(folder: string): Promise<GoodImage> {
  const store = path.join(toolRoot, '.aperiodic/test-store');
  const { job, opened } = await prepareBench(folder, store, createFakeLog());
  const built = await buildImage(await fetchPackages(job, opened.ports), opened.ports);
  return { built, raw: await opened.ports.artifacts.get(built.raw) };
}

/** Takes the one that a demo has built. @param folder of the demo. @param version of its release */
export async function takeDemoImage(folder: string, version: string): Promise<GoodImage> {
  const value = path.join('work/values/debian-12/cloud-base', version, 'amd64/build.json');
  const kept: unknown = JSON.parse(await readFile(path.join(folder, value), 'utf8'));
  const built = assertValid(
    'Built',
    typeof kept === 'object' && kept !== null && 'output' in kept ? kept.output : {},
  );
  const artifacts = createDirectoryArtifacts(path.join(folder, 'work'));
  return { built, raw: await artifacts.get(built.raw) };
}
