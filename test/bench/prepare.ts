/** The streams that are measured, with pins of today and a store that holds them. */
import path from 'node:path';
import { createDebPayload } from '../../scripts/adapters/deb/payload.ts';
import type { ResolvedConfig } from '../../scripts/adapters/host/config.ts';
import { toolRoot } from '../../scripts/adapters/host/python-venv.ts';
import { type Opened, openRepository } from '../../scripts/cli/open-repository.ts';
import { AperiodicError } from '../../scripts/model/errors.ts';
import { flattenKickstart } from '../../scripts/model/kickstart/flatten.ts';
import type { ImageSpec } from '../../scripts/model/kickstart/image-spec.ts';
import { interpretKickstart } from '../../scripts/model/kickstart/interpret.ts';
import { debRepositories } from '../../scripts/model/repositories.ts';
import type { DebRepository, Job, Stream } from '../../scripts/model/types.generated.ts';
import { parseYaml } from '../../scripts/model/yaml.ts';
import type { Log } from '../../scripts/ports.ts';
import { fetchPackages } from '../../scripts/stages/fetch.ts';

export interface BenchFolder {
  folder: string;
  store: string;
  opened: Opened;
}

/** One stream in it. */
export interface Bench extends BenchFolder {
  repositories: DebRepository[];
  spec: ImageSpec;
  job: Job;
}

/** This repository with a work folder of its own. */
export async function openBench(folder: string, store: string, log: Log): Promise<BenchFolder> {
  const config: ResolvedConfig = {
    file: undefined,
    store,
    work: path.join(folder, 'work'),
    repositories: {},
    mirrors: {},
    registries: {},
    feeds: {},
    git: { remote: 'origin', via: 'git', branch: 'main' },
    aws: {},
    signing: { keyFiles: [], given: () => ({}) },
    mail: { login: () => undefined },
    registryLogin: () => undefined,
    overrides: [],
  };
  return { folder, store, opened: await openRepository(toolRoot, config, log) };
}

/** @param formats of the image; those of the stream when left out */
export async function prepareStream(
  bench: BenchFolder,
  stream: string,
  formats?: Stream['formats'],
): Promise<Bench> {
  const { folder, opened } = bench;
  const { workTree, ports } = opened;
  const read = async (file: string) => {
    const text = await workTree.read(file);
    if (text === undefined) throw new AperiodicError('not-found', 'is not there', { file });
    return text;
  };
  const repositories = debRepositories(
    parseYaml('Repositories', await read('releases/repositories.yaml'), 'releases/repositories.yaml'),
  );
  const about = parseYaml('Stream', await read(`releases/${stream}/stream.yaml`), 'stream.yaml');
  const kickstart = await flattenKickstart(about.kickstart, workTree.read);
  const { spec } = interpretKickstart(await ports.kickstarts.parse(kickstart), kickstart, about);
  const payload = createDebPayload({ repositories, addresses: {}, cache: path.join(folder, 'cache') });
  const packages = await payload.solve(spec.request, 'amd64', ports.log.task('resolve'));
  const job: Job = {
    stream,
    name: about.name,
    version: '20260101.0',
    content: '0'.repeat(64),
    commit: '0'.repeat(40),
    architecture: 'amd64',
    payload: 'deb',
    formats: formats ?? about.formats,
    limits: about.limits,
    kickstart,
    pins: { architecture: 'amd64', request: spec.request, packages },
    targets: { mirrors: [] },
  };
  await fetchPackages(job, ports);
  return { ...bench, repositories, spec, job };
}

/** The Cloud Base image, as a qcow2. */
export async function prepareBench(folder: string, store: string, log: Log): Promise<Bench> {
  return await prepareStream(await openBench(folder, store, log), 'debian-12/cloud-base', ['qcow2']);
}
