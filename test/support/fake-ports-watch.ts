/** Sees every call of a port that can do something in the world. */
import type { Cloud, Ports } from '../../scripts/ports.ts';

export interface Watcher {
  /** Before a call, which waits for it, and after it ended, well or badly; the name is as `store.add` or `mirror primary.publish`. */
  before?(name: string): unknown;
  after?(name: string): void;
}

/** Log and clock change nothing and are left out; so are the views that ports give for reading. */
export function watchPorts(ports: Ports, watcher: Watcher): Ports {
  const { log, clock, payloads, mirror, registry, machines, cloud, logins, onInterrupt, ...others } = ports;
  const watched = <T extends object>(name: string, port: T) => watch(name, port, watcher);
  return {
    log,
    clock,
    store: watched('store', others.store),
    artifacts: watched('artifacts', others.artifacts),
    values: watched('values', others.values),
    kickstarts: watched('kickstarts', others.kickstarts),
    payloads: { deb: watched('payload', payloads.deb), rpm: payloads.rpm },
    builders: watched('builders', others.builders),
    images: watched('images', others.images),
    machines: watched('machines', {
      ...machines,
      boot: async (request) => watched('machine', await machines.boot(request)),
    }),
    disks: watched('disks', others.disks),
    containers: watched('containers', others.containers),
    mirror: (id) => watched(`mirror ${id}`, mirror(id)),
    registry: (id) => watched(`registry ${id}`, registry(id)),
    forge: watched('forge', others.forge),
    cloud: watchCloud(cloud, watcher),
    signer: watched('signer', others.signer),
    verifier: watched('verifier', others.verifier),
    logins: watched('logins', logins),
    mail: watched('mail', others.mail),
    onInterrupt,
  };
}

function watchCloud(cloud: Cloud, watcher: Watcher): Cloud {
  return {
    account: watch('cloud', { account: () => cloud.account() }, watcher).account,
    regions: watch('cloud', { regions: () => cloud.regions() }, watcher).regions,
    region: (id, patience) => watch(`cloud ${id}`, cloud.region(id, patience), watcher),
  };
}

function watch<T extends object>(name: string, port: T, { before, after }: Watcher): T {
  return new Proxy(port, {
    get: (target, key) => {
      const value: unknown = Reflect.get(target, key);
      if (typeof value !== 'function') return value;
      return async (...args: unknown[]) => {
        const call = `${name}.${String(key)}`;
        await before?.(call);
        try {
          return await Reflect.apply(value, target, args);
        } finally {
          after?.(call);
        }
      };
    },
  });
}
