/** Reconcile with a main branch and mirrors in memory, and everything that it calls written down. */
import path from 'node:path';
import type { TestContext } from 'node:test';
import { AperiodicError } from '../../scripts/model/errors.ts';
import type { PublishedRecord, Release } from '../../scripts/model/types.generated.ts';
import { parseYaml } from '../../scripts/model/yaml.ts';
import type { Ports } from '../../scripts/ports.ts';
import { type Outcome, type ReconcileOptions, reconcile } from '../../scripts/reconcile.ts';
import { renderRelease } from '../../scripts/render/release.ts';
import { createFakeForge, type FakeForge } from '../support/fake-forge.ts';
import { createMemoryMirror, createPorts, type MemoryMirror } from '../support/fake-ports.ts';
import { folder, load, makeFiles, type Wish } from '../support/fake-ports-repository.ts';
import { watchPorts } from '../support/fake-ports-watch.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';

export interface World {
  forge: FakeForge;
  mirrors: Map<string, MemoryMirror>;
  /** Calls of ports since the world was made or `calls` was emptied. */
  calls: string[];
  /** Changes files on the main branch as a person would. */
  change(wish: Wish): void;
  run(
    options?: Partial<ReconcileOptions> & { brokenCheck?: string; signer?: Ports['signer'] },
  ): Promise<Outcome[]>;
  /** As `run`, of the one stream; throws its error. */
  runOne(options?: Parameters<World['run']>[0]): Promise<Outcome>;
  release(version: string): Release;
  record(version: string): PublishedRecord;
  /** Writes a release file again, with changes. */
  rewrite(version: string, changes: Partial<Release>): void;
  /** Forgets what this machine holds of artifacts and values. */
  loseWork(): void;
}

/** The date of every fake commit. */
export const first = '19700101.0';
export const second = '19700101.1';

export async function makeWorld(t: Pick<TestContext, 'after'>, wish: Wish = {}): Promise<World> {
  const top = await temporaryFolder(t);
  const forge = createFakeForge(makeFiles(wish));
  const mirrors = new Map(['primary', 'second'].map((id) => [id, createMemoryMirror(id)]));
  const calls: string[] = [];
  let machine = 0;
  const mirror: Ports['mirror'] = (id) => {
    const found = mirrors.get(id);
    if (found === undefined) throw new AperiodicError('not-found', `mirror '${id}' has no address`);
    return found;
  };
  const textOf = (file: string) => forge.files.get(file) ?? '';
  const world: World = {
    forge,
    mirrors,
    calls,
    change: (change) => {
      for (const [file, text] of Object.entries(makeFiles(change))) forge.files.set(file, text);
    },
    run: async ({ brokenCheck, signer, ...options } = {}) => {
      const base = createPorts({
        folder: path.join(top, `machine-${machine}`),
        forge,
        mirror,
        ...(brokenCheck === undefined ? {} : { brokenCheck }),
        ...(signer === undefined ? {} : { signer }),
      });
      const ports = watchPorts(base, { before: (name) => calls.push(name) });
      return await reconcile(ports, { load, ...options });
    },
    runOne: async (options) => {
      const [outcome] = await world.run(options);
      if (outcome === undefined) throw new Error('there is no stream');
      if (outcome.error !== undefined) throw outcome.error;
      return outcome;
    },
    release: (version) => parseYaml('Release', textOf(`${folder}/${version}.yaml`), version),
    record: (version) => parseYaml('PublishedRecord', textOf(`${folder}/${version}.published.yaml`), version),
    rewrite: (version, changes) => {
      const text = renderRelease({ ...world.release(version), ...changes });
      forge.files.set(`${folder}/${version}.yaml`, text);
    },
    loseWork: () => {
      machine++;
    },
  };
  return world;
}
