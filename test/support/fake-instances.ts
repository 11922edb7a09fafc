/** Instances of an account in memory: they run at once, and end at once. */
import { AperiodicError } from '../../scripts/model/errors.ts';
import type { CloudInstance, CloudInstances, InstanceRequest } from '../../scripts/ports.ts';

export interface FakeInstances {
  instances: Map<string, CloudInstance & { request: InstanceRequest }>;
  /** By name. */
  keys: Map<string, { publicKey: string; tags: Record<string, string> }>;
  groups: Map<string, { name: string; tags: Record<string, string>; from: string[] }>;
  /** What every instance printed on its console. */
  console: string;
  /** State of an instance when it is first looked at, and why. Default: it runs. */
  outcomes: Pick<CloudInstance, 'state' | 'reason'>[];
}

export function emptyInstances(): FakeInstances {
  return { instances: new Map(), keys: new Map(), groups: new Map(), console: '', outcomes: [] };
}

/** @param write says what is written, and gives the region */
export function createFakeInstances(
  here: () => FakeInstances,
  write: (call: string, what: string) => FakeInstances,
): CloudInstances {
  let count = 0;
  const idOf = (prefix: string) => `${prefix}-${(++count).toString(16).padStart(17, '0')}`;
  const conflict = (name: string) => new AperiodicError('conflict', `${name} is there`);
  const show = ({ request: _, ...instance }: CloudInstance & { request: InstanceRequest }) => instance;
  const has = (tags: Record<string, string>, wanted: Record<string, string>) =>
    Object.entries(wanted).every(([key, value]) => tags[key] === value);
  return {
    importKey: async (name, publicKey, tags) => {
      if (here().keys.has(name)) throw conflict(name);
      write('importKey', name).keys.set(name, { publicKey, tags: { ...tags } });
    },
    findKeys: async (tags) => [...here().keys].filter(([, key]) => has(key.tags, tags)).map(([name]) => name),
    deleteKey: async (name) => {
      if (here().keys.has(name)) write('deleteKey', name).keys.delete(name);
    },
    findGroups: async (tags) =>
      [...here().groups].filter(([, group]) => has(group.tags, tags)).map(([id]) => id),
    makeGroup: async (name, tags) => {
      if ([...here().groups.values()].some((group) => group.name === name)) throw conflict(name);
      const id = idOf('sg');
      write('makeGroup', name).groups.set(id, { name, tags: { ...tags }, from: [] });
      return id;
    },
    allowSsh: async (group, from) => {
      write('allowSsh', `${group} ${from}`).groups.get(group)?.from.push(from);
    },
    removeGroup: async (id) => {
      const user = [...here().instances.values()].find(
        ({ state, request }) => state !== 'gone' && request.group === id,
      );
      if (user !== undefined) throw new AperiodicError('conflict', `${id} is used by ${user.id}`);
      write('removeGroup', id).groups.delete(id);
    },
    runInstance: async (request) => {
      const known = [...here().instances.values()].find((one) => one.request.token === request.token);
      if (known !== undefined) return known.id;
      if (!here().keys.has(request.key)) throw new AperiodicError('not-found', `there is no ${request.key}`);
      const id = idOf('i');
      const outcome = here().outcomes.shift() ?? { state: 'running', reason: undefined };
      write('runInstance', request.ami).instances.set(id, {
        id,
        ...outcome,
        publicAddress: '192.0.2.1',
        privateAddress: '10.0.0.1',
        tags: { ...request.tags },
        request,
      });
      return id;
    },
    findInstances: async (tags) =>
      [...here().instances.values()].filter((one) => one.state !== 'gone' && has(one.tags, tags)).map(show),
    instance: async (id) => {
      const there = here().instances.get(id);
      return there === undefined ? undefined : show(there);
    },
    rebootInstance: async (id) => {
      write('rebootInstance', id);
    },
    terminateInstance: async (id) => {
      const there = here().instances.get(id);
      if (there === undefined || there.state === 'gone') return;
      write('terminateInstance', id).instances.set(id, { ...there, state: 'gone' });
    },
    consoleOutput: async () => here().console,
    consoleScreenshot: async () => Buffer.from([0x89, 0x50, 0x4e, 0x47]),
  };
}
