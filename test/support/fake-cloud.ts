/** An account in memory whose reads show each write at once. Remembers each write, so that tests can count them. */
import { createHash } from 'node:crypto';
import { AperiodicError } from '../../scripts/model/errors.ts';
import type { Cloud, CloudImage, CloudRegion, CloudSnapshot, Sharing } from '../../scripts/ports.ts';
import { createFakeInstances, emptyInstances, type FakeInstances } from './fake-instances.ts';
import { goodConsole } from './fake-logins.ts';

export interface FakeRegion extends FakeInstances {
  images: Map<string, CloudImage>;
  snapshots: Map<string, CloudSnapshot & { blocks: Map<number, Uint8Array>; sharing: Sharing }>;
  parameters: Map<string, string>;
  /** Thrown by every method of the region when set. */
  down: AperiodicError | undefined;
  blocked: string | undefined;
  encrypting: boolean;
  publicQuota: number;
  snapshotQuota: number;
}

export interface FakeCloud extends Cloud {
  world: Map<string, FakeRegion>;
  /** Region, method, and what it is about, of each write. */
  writes: string[];
}

export interface FakeCloudOptions {
  account?: string;
  regions?: readonly string[];
  now?: () => Date;
}

const defaultRegions = ['eu-central-1', 'us-east-1', 'ap-southeast-1'];

export function createFakeCloud(options: FakeCloudOptions = {}): FakeCloud {
  const { account = '123456789012', regions = defaultRegions } = options;
  const now = options.now ?? (() => new Date('2026-11-22T12:00:00Z'));
  const world = new Map<string, FakeRegion>(regions.map((id) => [id, emptyRegion()]));
  const writes: string[] = [];
  return {
    world,
    writes,
    account: async () => account,
    regions: async () => [...world.keys()].sort(),
    region: (id) => createRegion(id, { world, writes, now }),
  };
}

function emptyRegion(): FakeRegion {
  return {
    images: new Map(),
    snapshots: new Map(),
    parameters: new Map(),
    down: undefined,
    blocked: undefined,
    encrypting: false,
    publicQuota: 5,
    snapshotQuota: 100_000,
    ...emptyInstances(),
    console: goodConsole,
  };
}

interface Parts {
  world: Map<string, FakeRegion>;
  writes: string[];
  now: () => Date;
}

function createRegion(id: string, { world, writes, now }: Parts): CloudRegion {
  const here = (): FakeRegion => {
    const region = world.get(id);
    if (region === undefined) throw new AperiodicError('denied', `the region ${id} is not enabled`);
    if (region.down !== undefined) throw region.down;
    return region;
  };
  const write = (call: string, what: string): FakeRegion => {
    const region = here();
    writes.push(`${id} ${call} ${what}`);
    return region;
  };
  const named = <T>(things: Map<string, T>, name: string): T => {
    const thing = things.get(name);
    if (thing === undefined) throw new AperiodicError('not-found', `${name} is not in ${id}`);
    return thing;
  };
  const makeImage = (
    token: string,
    image: Omit<CloudImage, 'id' | 'state' | 'public' | 'createdAt' | 'deprecateAt'>,
  ) => {
    const ami = idOf('ami', token);
    here().images.set(ami, {
      ...image,
      id: ami,
      state: 'available',
      public: false,
      createdAt: now().toISOString(),
      deprecateAt: undefined,
    });
    return ami;
  };
  const makeSnapshot = (token: string, tags: Record<string, string>, blocks: Map<number, Uint8Array>) => {
    const snapshot = idOf('snap', token);
    here().snapshots.set(snapshot, {
      id: snapshot,
      state: 'pending',
      encrypted: here().encrypting,
      tags: { ...tags },
      createdAt: now().toISOString(),
      blocks,
      sharing: 'private',
    });
    return snapshot;
  };
  return {
    id,
    ...createFakeInstances(here, write),
    findSnapshots: async (tags) => [...here().snapshots.values()].filter((one) => hasTags(one.tags, tags)),
    snapshot: async (snapshot) => copyOf(here().snapshots.get(snapshot)),
    startSnapshot: async ({ tags, token }) => {
      const made = idOf('snap', `${id} ${token}`);
      if (here().snapshots.has(made)) return made;
      write('startSnapshot', made);
      return makeSnapshot(`${id} ${token}`, tags, new Map());
    },
    putBlock: async (snapshot, index, data, digest) => {
      const { state, blocks } = named(write('putBlock', `${snapshot} ${index}`).snapshots, snapshot);
      if (state !== 'pending') throw new AperiodicError('conflict', `${snapshot} is sealed`);
      if (createHash('sha256').update(data).digest('base64') !== digest)
        throw new AperiodicError('internal', 'the digest is wrong');
      blocks.set(index, Uint8Array.from(data));
    },
    completeSnapshot: async (snapshot, count) => {
      const there = named(write('completeSnapshot', snapshot).snapshots, snapshot);
      if (there.state !== 'pending') throw new AperiodicError('conflict', `${snapshot} is sealed`);
      there.state = there.blocks.size === count ? 'completed' : 'error';
    },
    listBlocks: async (snapshot) =>
      [...named(here().snapshots, snapshot).blocks.keys()].map((index) => ({ index, token: `${index}` })),
    getBlock: async (snapshot, index) => {
      const block = named(here().snapshots, snapshot).blocks.get(index);
      if (block === undefined) throw new AperiodicError('not-found', `${snapshot} has no block ${index}`);
      return block;
    },
    snapshotSharing: async (snapshot) => named(here().snapshots, snapshot).sharing,
    shareSnapshot: async (snapshot, sharing) => {
      named(write('shareSnapshot', `${snapshot} ${sharing}`).snapshots, snapshot).sharing = sharing;
    },
    deleteSnapshot: async (snapshot) => {
      const user = [...here().images.values()].find((image) => image.snapshot === snapshot);
      if (user !== undefined) throw new AperiodicError('conflict', `${snapshot} is used by ${user.id}`);
      write('deleteSnapshot', snapshot).snapshots.delete(snapshot);
    },
    findImages: async (by) =>
      [...here().images.values()]
        .filter((image) => ('tags' in by ? hasTags(image.tags, by.tags) : image.name === by.name))
        .map((image) => ({ ...image })),
    image: async (ami) => copyOf(here().images.get(ami)),
    registerImage: async ({ name, snapshot, tags }) => {
      if ([...here().images.values()].some((image) => image.name === name))
        throw new AperiodicError('conflict', `an image is named ${name}`);
      write('registerImage', name);
      return makeImage(`${id} ${name}`, { name, snapshot, tags: { ...tags } });
    },
    copyImage: async ({ source, name, tags, token }) => {
      const known = idOf('ami', `${id} ${token}`);
      if (here().images.has(known)) return known;
      const image = named(named(world, source.region).images, source.ami);
      const { blocks } = named(named(world, source.region).snapshots, image.snapshot ?? '');
      write('copyImage', name);
      const snapshot = makeSnapshot(`${id} ${token}`, tags, blocks);
      named(here().snapshots, snapshot).state = 'completed';
      return makeImage(`${id} ${token}`, { name, snapshot, tags: { ...tags } });
    },
    shareImage: async (ami, sharing) => {
      named(write('shareImage', `${ami} ${sharing}`).images, ami).public = sharing === 'public';
    },
    deprecateImage: async (ami, at) => {
      named(write('deprecateImage', `${ami} ${at}`).images, ami).deprecateAt = at;
    },
    deregisterImage: async (ami) => {
      write('deregisterImage', ami).images.delete(ami);
    },
    sharingBlocked: async () => here().blocked,
    encryptionByDefault: async () => here().encrypting,
    publicImages: async () => ({
      quota: here().publicQuota,
      used: [...here().images.values()].filter((image) => image.public).length,
    }),
    snapshots: async () => ({ quota: here().snapshotQuota, used: here().snapshots.size }),
    parameters: async (names) => new Map([...here().parameters].filter(([name]) => names.includes(name))),
    parametersBelow: async (path) =>
      new Map([...here().parameters].filter(([name]) => name.startsWith(`${path}/`))),
    putImageParameter: async (name, ami) => {
      write('putImageParameter', `${name} ${ami}`).parameters.set(name, ami);
    },
    deleteParameter: async (name) => {
      write('deleteParameter', name).parameters.delete(name);
    },
  };
}

function hasTags(tags: Record<string, string>, wanted: Record<string, string>): boolean {
  return Object.entries(wanted).every(([key, value]) => tags[key] === value);
}

function copyOf<T>(thing: T | undefined): T | undefined {
  return thing === undefined ? undefined : { ...thing };
}

/** Ids look like AWS's, and are the same in every run. */
function idOf(prefix: 'ami' | 'snap', text: string): string {
  return `${prefix}-${createHash('sha256').update(text).digest('hex').slice(0, 17)}`;
}
