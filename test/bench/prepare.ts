/** The stream that is measured, with pins of today and a store that holds them. */
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
import type { DebRepository, Job } from '../../scripts/model/types.generated.ts';
import { parseYaml } from '../../scripts/model/yaml.ts';
import type { Log } from '../../scripts/ports.ts';
import { fetchPackages } from '../../scripts/stages/fetch.ts';

export interface Bench {
  folder: string;
  opened: Opened;
  repositories: DebRepository[];
  spec: ImageSpec;
  job: Job;
}

const stream = 'debian-12/cloud-base';

export async function prepareBench(folder: string, store: string, log: Log): Promise<Bench> {
  const config: ResolvedConfig = {
    file: undefined,
    store,
    work: path.join(folder, 'work'),
    repositories: {},
    mirrors: {},
    registries: {},
    git: { remote: 'origin', via: 'git', branch: 'main' },
    aws: {},
    signing: { keyFiles: [], given: () => ({}) },
    mail: { login: () => undefined },
    registryLogin: () => undefined,
    overrides: [],
  };
  const opened = await openRepository(toolRoot, config, log);
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
  const packages = await payload.solve(spec.request, 'amd64', log.task('resolve'));
  const job: Job = {
    stream,
    name: about.name,
    version: '20260101.0',
    content: '0'.repeat(64),
    commit: '0'.repeat(40),
    architecture: 'amd64',
    payload: 'deb',
    formats: ['qcow2'],
    limits: about.limits,
    kickstart,
    pins: { architecture: 'amd64', request: spec.request, packages },
    targets: { mirrors: [] },
  };
  await fetchPackages(job, ports);
  return { folder, opened, repositories, spec, job };
}
