/** A release with small images, an account at localcloud, and ports that work on both in fake time. */
import { createHash } from 'node:crypto';
import { mkdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import type { TestContext } from 'node:test';
import { createDirectoryArtifacts } from '../../scripts/adapters/artifacts/directory.ts';
import { createDirectoryValues } from '../../scripts/adapters/artifacts/values.ts';
import type { Credentials } from '../../scripts/adapters/aws/clients.ts';
import { createAwsCloud } from '../../scripts/adapters/aws/cloud.ts';
import { DEFAULT_IDENTITY } from '../../scripts/localcloud/identities.ts';
import {
  type LocalCloud,
  type LocalCloudOptions,
  startLocalCloud,
} from '../../scripts/localcloud/start-local-cloud.ts';
import { makeRecord } from '../../scripts/model/record.ts';
import { recordPath, releasePath } from '../../scripts/model/streams.ts';
import type {
  Architecture,
  Launched,
  Mirrored,
  Promoted,
  Published,
  Recorded,
  Signed,
  Tested,
} from '../../scripts/model/types.generated.ts';
import { launchCompared } from '../../scripts/pipeline.ts';
import type { Ports } from '../../scripts/ports.ts';
import { renderRelease } from '../../scripts/render/release.ts';
import { promoteRelease } from '../../scripts/stages/promote.ts';
import { publishRelease } from '../../scripts/stages/publish.ts';
import { recordRelease } from '../../scripts/stages/record.ts';
import { uploadImage } from '../../scripts/stages/upload.ts';
import { createAnsweringHypervisor } from './answering-hypervisor.ts';
import { makeReleaseFile, makeSigned, makeTested, stream, version } from './candidate.ts';
import { createFakeClock, type FakeClock } from './fake-clock.ts';
import { createFakeForge, type FakeForge } from './fake-forge.ts';
import { createFakeLog, type FakeLog } from './fake-log.ts';
import { createFakeMirror } from './fake-mirror.ts';
import { createMemoryMirror, createPorts } from './fake-ports.ts';
import { createFakeSigner, createFakeVerifier } from './fake-signer.ts';
import { temporaryFolder } from './temporary-folder.ts';

export const home = 'eu-central-1';
export const aws = { home, regions: [home, 'us-east-1'], bestEffort: ['ap-southeast-1'] };
export const start = new Date('2026-11-22T12:00:00Z');
export const blockSize = 524_288;

const targets = `mirrors: []
aws:
  home: ${home}
  regions:
    - { id: ${home} }
    - { id: us-east-1 }
    - { id: ap-southeast-1, bestEffort: true }
  pointers: /aperiodic
`;

export type CloudPorts = Ports;

export interface CloudWorld {
  folder: string;
  local: LocalCloud;
  clock: FakeClock;
  forge: FakeForge;
  log: FakeLog;
  /** Ports as a new process would have them. */
  ports(options?: { credentials?: Credentials; values?: string }): CloudPorts;
  /** One value an architecture. */
  tested: Tested[];
  /** Stops the cloud and starts it again on the same folder. */
  restart(options?: Partial<LocalCloudOptions>): Promise<void>;
  stop(): Promise<void>;
}

export interface WorldOptions extends Partial<LocalCloudOptions> {
  architectures?: readonly Architecture[];
  /** By index; those between are zero. Default: three blocks and a gap. */
  blocks?: readonly number[];
}

export async function makeWorld(t: TestContext, options: WorldOptions = {}): Promise<CloudWorld> {
  const { architectures = ['amd64'], blocks = [0, 1, 5], ...cloudOptions } = options;
  const folder = await temporaryFolder(t);
  const tested = await Promise.all(
    architectures.map((architecture) => makeImage(folder, architecture, blocks)),
  );
  const begin = (more: Partial<LocalCloudOptions>) =>
    startLocalCloud({
      folder: path.join(folder, 'cloud'),
      regions: [...aws.regions, ...aws.bestEffort],
      clock: start,
      hypervisor: createAnsweringHypervisor(),
      ...cloudOptions,
      ...more,
    });
  let stopped = false;
  const log = createFakeLog();
  const forge = createFakeForge({
    'releases/targets.yaml': targets,
    [releasePath(stream, version)]: renderRelease(
      makeReleaseFile({ architectures: [...architectures], targets: { mirrors: [], aws } }),
    ),
  });
  const world: CloudWorld = {
    folder,
    local: await begin({}),
    clock: createFakeClock(start, (seconds) => world.local.advance(seconds)),
    forge,
    log,
    tested,
    ports: ({ credentials = DEFAULT_IDENTITY, values = 'values' } = {}) => ({
      ...createPorts({
        folder,
        forge,
        mirror: createMemoryMirror,
        now: world.clock.now,
        cloud: createAwsCloud({ clock: world.clock, endpoint: world.local.endpoint, credentials, home }),
        packages: async () => 'hello 2.10-3 amd64 ii\n',
      }),
      artifacts: {
        ...createDirectoryArtifacts(path.join(folder, 'work')),
        get: async ({ sha256 }) => path.join(folder, 'raw', sha256),
      },
      clock: world.clock,
      log,
      mirror: createFakeMirror,
      signer: createFakeSigner(),
      verifier: createFakeVerifier(),
      values: createDirectoryValues(path.join(folder, values)),
    }),
    restart: async (more = {}) => {
      await world.local.stop();
      world.local = await begin(more);
    },
    stop: async () => {
      if (stopped) return;
      stopped = true;
      await world.local.stop();
    },
  };
  t.after(() => world.stop());
  return world;
}

/** As many lines as the parser of these ports speaks of. */
const kickstart = Array.from({ length: 8 }, (_, index) => ({
  text: 'a line',
  file: 'kickstarts/testix.ks',
  line: index + 1,
}));

/** A disk of 8 MiB in which some blocks are not zero, and a last block that is not full. */
async function makeImage(
  folder: string,
  architecture: Architecture,
  blocks: readonly number[],
): Promise<Tested> {
  const size = Math.max(8 * 2 ** 20, ((blocks.at(-1) ?? 0) + 2) * blockSize) + 1000;
  const data = Buffer.alloc(size);
  for (const index of blocks) data.write(`${architecture} block ${index}`, index * blockSize + 77);
  data.write('end', size - 3);
  const sha256 = createHash('sha256').update(data).digest('hex');
  await mkdir(path.join(folder, 'raw'), { recursive: true });
  await writeFile(path.join(folder, 'raw', sha256), data);
  const tested = makeTested(architecture);
  const { built } = tested;
  const job = {
    ...built.job,
    kickstart,
    targets: { mirrors: [], aws },
    launch: { allowFrom: '192.0.2.0/24' },
  };
  return { ...tested, built: { ...built, job, raw: { sha256, size, uri: `artifact:${sha256}/raw` } } };
}

export interface Run {
  launched: Launched[];
  published: Published;
  recorded: Recorded;
  promoted: Promoted;
}

/** All stages that touch the cloud, as a run of the pipeline does. */
export async function releaseAll(
  world: CloudWorld,
  ports: CloudPorts = world.ports(),
  changes: Partial<Signed> = {},
): Promise<Run> {
  const launched: Launched[] = [];
  for (const one of world.tested) {
    // The local cloud runs no ARM.
    const isArm = one.built.job.architecture === 'arm64';
    launched.push(await (isArm ? uploadImage : launchCompared)(one, ports));
  }
  const published = await publishRelease(mirroredOf(launched, changes), ports);
  const recorded = await recordRelease(published, ports);
  const promoted = await promoteRelease(recorded, ports);
  return { launched, published, recorded, promoted };
}

export function mirroredOf(launched: Launched[], changes: Partial<Signed> = {}): Mirrored {
  const deprecateAt = '2027-02-20T00:00:00Z';
  const candidate = makeSigned({
    documents: [],
    targets: [],
    aws: { ...aws, deprecateAt },
    architectures: launched,
    ...changes,
  });
  return { candidate, mirrors: [] };
}

export { makeRecord, recordPath };
