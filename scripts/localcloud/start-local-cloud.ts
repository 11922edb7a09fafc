import { resolve } from 'node:path';
import { AperiodicError } from '../model/errors.ts';
import type { Cloud } from './cloud.ts';
import { Fleet } from './compute/fleet.ts';
import type { Hypervisor } from './compute/hypervisor.ts';
import { createQemuHypervisor } from './compute/qemu-hypervisor.ts';
import { type ControlActions, serveControl } from './control.ts';
import { type Fault, Faults } from './faults.ts';
import { handleRequest } from './handle-request.ts';
import { DEFAULT_IDENTITY, type Identity } from './identities.ts';
import { DEFAULT_DELAYS, DEFAULT_LIMITS, type Delays, type Limits } from './limits.ts';
import { lockFolder } from './lock.ts';
import { checkPolicy } from './policy.ts';
import { type LogEntry, RequestLog } from './request-log.ts';
import { openClock } from './saved-clock.ts';
import { serveLoopback } from './server.ts';
import { BlockStore } from './state/block-store.ts';
import { makeFolder } from './state/files.ts';
import { Region } from './state/region.ts';
import type { RegionSettings } from './state/types.ts';

export interface LocalCloudOptions {
  /** Where the cloud keeps what it holds; made when it is not there. One cloud a folder. */
  folder: string;
  /** Names of its regions. */
  regions: readonly string[];
  /** Port on 127.0.0.1. Default: any free one. */
  port?: number;
  /** Serve the control endpoint too, on a port of its own (0 for any free one). Default: not. */
  controlPort?: number;
  /** A date: time stands still there and moves by `advance` only. Default: the machine's time. */
  clock?: Date;
  /** What goes wrong from the start. */
  faults?: readonly Fault[];
  /** Seed of faults with a probability. Default 1. */
  seed?: number;
  /** Who may call. Default: `DEFAULT_IDENTITY`. */
  identities?: readonly Identity[];
  /** Settings of regions, over those on disk. */
  settings?: Readonly<Record<string, Partial<RegionSettings>>>;
  limits?: Partial<Limits>;
  delays?: Partial<Delays>;
  /** What runs instances. Default: QEMU. */
  hypervisor?: Hypervisor;
  /** Told of each call after its work is on disk and before its answer leaves; the answer waits for it. */
  onCall?: (entry: LogEntry) => void | Promise<void>;
}

export interface LocalCloud {
  /** For the clients of all services and regions. */
  endpoint: string;
  controlEndpoint: string | undefined;
  faults: Faults;
  /** Calls since the start; with a number, those after that entry. */
  log(after?: number): LogEntry[];
  /** The cloud's time. */
  now(): Date;
  /** Moves the cloud's time forward. */
  advance(seconds: number): void;
  /** Changes what is set in a region. @throws not-found */
  configure(region: string, settings: Partial<RegionSettings>): Promise<void>;
  /** Ends it; a second time does nothing. */
  stop(): Promise<void>;
}

/** @throws conflict when another cloud uses the folder, invalid when what is there is not ours */
export async function startLocalCloud(options: LocalCloudOptions): Promise<LocalCloud> {
  const folder = resolve(options.folder);
  await makeFolder(folder);
  const unlock = lockFolder(folder);
  try {
    return await start(folder, options, unlock);
  } catch (error) {
    unlock();
    throw error;
  }
}

async function start(folder: string, options: LocalCloudOptions, unlock: () => void): Promise<LocalCloud> {
  const cloud = await openCloud(folder, options);
  const identities = checkIdentities(options.identities ?? [DEFAULT_IDENTITY]);
  const log = new RequestLog(folder);
  const onCall = options.onCall ?? (() => undefined);
  const server = await serveLoopback(options.port ?? 0, (request) =>
    handleRequest(request, { cloud, identities, log, onCall }),
  );
  const actions: ControlActions = {
    faults: cloud.faults,
    log: (after) => log.entries(after),
    now: () => new Date(cloud.clock.now()),
    advance: (seconds) => cloud.clock.advance(seconds),
    configure: (region, settings) => configure(cloud, region, settings),
  };
  const control =
    options.controlPort === undefined ? undefined : await serveControl(options.controlPort, actions);
  let stopped = false;
  return {
    ...actions,
    endpoint: `http://127.0.0.1:${server.port}`,
    controlEndpoint: control === undefined ? undefined : `http://127.0.0.1:${control.port}`,
    async stop() {
      if (stopped) return;
      stopped = true;
      await Promise.all([server.stop(), control?.stop()]);
      await cloud.fleet.close();
      for (const region of cloud.regions.values()) await region.durable();
      log.close();
      unlock();
    },
  };
}

async function openCloud(folder: string, options: LocalCloudOptions): Promise<Cloud> {
  const regions = new Map<string, Region>();
  await makeFolder(`${folder}/regions`);
  for (const name of options.regions) {
    if (!/^[a-z]{2}(-[a-z]+)+-\d$/.test(name)) {
      throw new AperiodicError(
        'usage',
        `${JSON.stringify(name)} is no name of a region: write it like eu-west-1.`,
      );
    }
    const region = await Region.load(`${folder}/regions`, name);
    Object.assign(region.settings, options.settings?.[name]);
    regions.set(name, region);
  }
  const blocks = await BlockStore.open(folder);
  await blocks.sweep(new Set([...regions.values()].flatMap((region) => [...region.snapshots.keys()])));
  const { clock: still } = options;
  const faults = new Faults(options.seed ?? 1);
  for (const fault of options.faults ?? []) faults.add(fault);
  const clock = openClock(folder, still === undefined ? Date.now : () => still.getTime());
  const limits = { ...DEFAULT_LIMITS, ...options.limits };
  const hypervisor = options.hypervisor ?? createQemuHypervisor();
  const fleet = new Fleet({ folder, hypervisor, blocks, clock, limits });
  await fleet.recover(regions.values());
  return { regions, blocks, clock, faults, limits, delays: { ...DEFAULT_DELAYS, ...options.delays }, fleet };
}

function checkIdentities(identities: readonly Identity[]): Map<string, Identity> {
  for (const { account, policy } of identities) {
    if (!/^\d{12}$/.test(account))
      throw new AperiodicError('usage', `An account has twelve digits, not ${account}.`);
    if (policy !== undefined) checkPolicy(policy);
  }
  return new Map(identities.map((identity) => [identity.accessKeyId, identity]));
}

async function configure(cloud: Cloud, name: string, settings: Partial<RegionSettings>): Promise<void> {
  const region = cloud.regions.get(name);
  if (region === undefined) throw new AperiodicError('not-found', `This cloud has no region ${name}.`);
  Object.assign(region.settings, settings);
  region.changed();
  await region.durable();
}
