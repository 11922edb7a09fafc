/** Ports for whole runs of reconcile: packages, images and guests are fakes, the rest is given. */
import { createHash } from 'node:crypto';
import { readFile, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { createDirectoryArtifacts } from '../../scripts/adapters/artifacts/directory.ts';
import { createDirectoryValues } from '../../scripts/adapters/artifacts/values.ts';
import { createDirectoryStore } from '../../scripts/adapters/store/directory.ts';
import { AperiodicError } from '../../scripts/model/errors.ts';
import type { ImageBuilder, Log, Mirror, MirrorFile, Payload, Ports } from '../../scripts/ports.ts';
import { noBuilders } from './fake-builders.ts';
import { createFakeCloud } from './fake-cloud.ts';
import { noContainers } from './fake-containers.ts';
import { createFakeTask } from './fake-log.ts';
import { createFakeLogins, readNewestImage, rememberLaunch } from './fake-logins.ts';
import { createFakeMail, type FakeMail } from './fake-mail.ts';
import { createFakeMachines, fakeDisks } from './fake-ports-guests.ts';
import { packageText, parser } from './fake-ports-repository.ts';
import { noRegistry } from './fake-registry.ts';
import { createFakeSigner, createFakeVerifier } from './fake-signer.ts';

export const silentLog: Log = {
  info: () => undefined,
  warn: () => undefined,
  task: () => createFakeTask(),
};

/** "Downloads" by writing each package anew. */
export const fakePayload: Payload = {
  kind: 'deb',
  solve: async () => {
    throw new Error('no release asks the solver');
  },
  download: async (pins, store) => {
    const folder = await store.temporaryFolder();
    try {
      for (const pin of pins) {
        const file = path.join(folder, `${pin.name}.deb`);
        await writeFile(file, packageText(pin));
        await store.add(file, pin.sha256);
      }
    } finally {
      await rm(folder, { recursive: true, force: true });
    }
  },
};

/** Bytes depend on the packages in the store alone. The raw image is the list of what is installed. */
export const fakeImages: ImageBuilder = {
  build: async ({ job, baseName, folder }, store) => {
    const raw = path.join(folder, `${baseName}.raw`);
    // An image is not written at once: whoever is killed here leaves half of it.
    let text = '';
    for (const pin of job.pins.packages) {
      const file = await store.find(pin.sha256);
      if (file === undefined) throw new AperiodicError('build-failed', `${pin.name} is not in the store`);
      const [, name, version, architecture] = (await readFile(file, 'utf8')).trim().split(' ');
      text += `${name} ${version} ${architecture} ii\n`;
      await writeFile(raw, text);
    }
    const artifacts = [];
    for (const format of job.formats) {
      const file = path.join(folder, `${baseName}.${format}`);
      await writeFile(file, `${format} of ${createHash('sha256').update(text).digest('hex')}\n`);
      artifacts.push({ format, path: file });
    }
    return { raw, artifacts, tools: { fake: '1.0' } };
  },
};

export interface FakePortsOptions {
  /** Gets store, artifacts and values. */
  folder: string;
  forge: Ports['forge'];
  mirror: Ports['mirror'];
  /** Default: one that keeps what it is given. */
  mail?: FakeMail;
  /** Default: there is none. */
  registry?: Ports['registry'];
  now?: () => Date;
  /** A check that every guest fails. */
  brokenCheck?: string;
  /** Default: one with a key of tests. */
  signer?: Ports['signer'];
  /** A check that every instance fails. */
  brokenLaunch?: string;
  /** Default: an empty one. */
  cloud?: Ports['cloud'];
  /** What an instance has installed. Default: what the newest image here says. */
  packages?: () => Promise<string>;
}

export function createPorts({
  folder,
  forge,
  mirror,
  brokenCheck,
  brokenLaunch,
  cloud = createFakeCloud(),
  signer,
  registry = noRegistry,
  mail = createFakeMail(),
  packages = () => readNewestImage(path.join(folder, 'work', 'files')),
  ...options
}: FakePortsOptions): Ports {
  const now = options.now ?? (() => new Date('2026-11-22T12:00:00Z'));
  const remembered = rememberLaunch(cloud);
  return {
    log: silentLog,
    clock: { now, sleep: async () => undefined },
    store: createDirectoryStore(path.join(folder, 'store')),
    artifacts: createDirectoryArtifacts(path.join(folder, 'work')),
    values: createDirectoryValues(path.join(folder, 'work', 'values')),
    kickstarts: parser,
    payloads: { deb: fakePayload, rpm: fakePayload },
    builders: noBuilders,
    images: fakeImages,
    machines: createFakeMachines(now, brokenCheck),
    disks: fakeDisks,
    containers: noContainers,
    mirror,
    registry,
    forge,
    signer: signer ?? createFakeSigner(),
    verifier: createFakeVerifier(),
    mail,
    cloud: remembered.cloud,
    logins: createFakeLogins({
      now,
      packages,
      behaviour: brokenLaunch === undefined ? {} : { answers: { [brokenLaunch]: '' } },
      launch: remembered.launch,
    }),
    onInterrupt: () => () => undefined,
  };
}

export interface MemoryMirror extends Mirror {
  /** Content of files, by `<folder>/<name>`: of those of releases, a character for each byte. */
  files: Map<string, string>;
  /** Thrown by publish when set. */
  refuses: AperiodicError | undefined;
}

/** A mirror in memory that can give its files back. */
export function createMemoryMirror(id: string): MemoryMirror {
  const files = new Map<string, string>();
  const shown = (folder: string) => [...files.keys()].filter((name) => name.startsWith(`${folder}/`));
  const holds = async (folder: string, wanted: readonly MirrorFile[]) => {
    if (shown(folder).length !== wanted.length) return false;
    const same = wanted.map(
      async (file) => files.get(`${folder}/${file.name}`) === (await readFile(file.path, 'latin1')),
    );
    return (await Promise.all(same)).every(Boolean);
  };
  const mirror: MemoryMirror = {
    id,
    files,
    refuses: undefined,
    holds,
    publish: async (folder, wanted) => {
      if (mirror.refuses !== undefined) throw mirror.refuses;
      if (await holds(folder, wanted)) return;
      if (shown(folder).length > 0) throw new AperiodicError('conflict', 'other content is there');
      for (const file of wanted) files.set(`${folder}/${file.name}`, await readFile(file.path, 'latin1'));
    },
    retrieve: async (folder, name, target) => {
      const content = files.get(`${folder}/${name}`);
      if (content === undefined) throw new AperiodicError('not-found', `${folder}/${name} is not on ${id}`);
      await writeFile(target, content, 'latin1');
    },
    replace: async (folder, name, content) => {
      if (mirror.refuses !== undefined) throw mirror.refuses;
      files.set(`${folder}/${name}`, content);
    },
    read: async (folder, name) => files.get(`${folder}/${name}`),
    list: async (folder) => [
      ...new Set(
        shown(folder)
          .filter((name) => name.slice(folder.length + 1).includes('/'))
          .map((name) =>
            name
              .slice(folder.length + 1)
              .split('/', 1)
              .join(),
          ),
      ),
    ],
    remove: async (folder) => {
      for (const name of shown(folder)) files.delete(name);
    },
  };
  return mirror;
}
