/** The guests of the instances that run, and the work that follows each call about one. */
import { open, readdir, rm } from 'node:fs/promises';
import path from 'node:path';
import { AperiodicError } from '../../model/errors.ts';
import type { CloudClock } from '../clock.ts';
import type { Limits } from '../limits.ts';
import type { InstanceEvent } from '../rules/instance-states.ts';
import { firmwareOf, sizeOf } from '../rules/instance-types.ts';
import type { BlockStore } from '../state/block-store.ts';
import type { Instance, Volume } from '../state/compute-types.ts';
import type { Region } from '../state/region.ts';
import { Disks } from './disks.ts';
import { type Guest, type GuestDisk, type Hypervisor, SERIAL_LOG } from './hypervisor.ts';
import { type MetadataServer, serveMetadata } from './imds/server.ts';
import { MetadataTokens } from './imds/tokens.ts';
import { applyEvent, releaseVolumes, SSH_PORT_TAG, volumesOf } from './instance-events.ts';
import { admitsSsh, metadataFacts } from './instance-facts.ts';

export interface FleetParts {
  /** The cloud's own. */
  folder: string;
  hypervisor: Hypervisor;
  blocks: BlockStore;
  clock: CloudClock;
  limits: Limits;
}

/**
 * Calls change the record of an instance; the fleet then does what the record says, one thing after the other for each
 * instance, and changes the record again when it is done. Only what is recorded survives a kill: guests die with us.
 */
export class Fleet {
  readonly disks: Disks;
  readonly #parts: FleetParts;
  readonly #guests = new Map<string, { guest: Guest; imds: MetadataServer }>();
  readonly #jobs = new Map<string, Promise<void>>();
  #closing = false;

  constructor(parts: FleetParts) {
    this.#parts = parts;
    this.disks = new Disks(parts.folder, parts.blocks);
  }

  /** Brings the records to what is true after a start of the cloud: no guest runs. Removes what belongs to nothing. */
  async recover(regions: Iterable<Region>): Promise<void> {
    const volumes = new Set<string>();
    const instances = new Set<string>();
    for (const region of regions) {
      for (const instance of [...region.instances.values()]) {
        await this.#settle(region, instance, 'lost');
      }
      await this.forget(region);
      for (const id of region.instances.keys()) instances.add(id);
      for (const id of region.volumes.keys()) volumes.add(id);
    }
    await this.disks.sweep(volumes);
    const folder = path.join(this.#parts.folder, 'instances');
    for (const name of await readdir(folder).catch(() => [])) {
      if (!instances.has(name)) await rm(path.join(folder, name), { recursive: true, force: true });
    }
  }

  /** Removes what is left of instances that are not shown any more. */
  async forget(region: Region): Promise<void> {
    for (const { id, terminatedAt } of [...region.instances.values()]) {
      if (terminatedAt === undefined || terminatedAt + TERMINATED_SHOWN >= this.#now()) continue;
      region.instances.delete(id);
      region.changed();
      await rm(this.#folderOf(id), { recursive: true, force: true });
    }
  }

  /** A pending instance gets its disks and its guest. */
  boot(region: Region, instance: Instance): void {
    this.#enqueue(instance.id, async () => {
      if (instance.state !== 'pending') return;
      try {
        await this.#start(region, instance);
      } catch (error) {
        const detail = error instanceof AperiodicError ? error.message : String(error);
        await this.#settle(region, instance, 'not-booted', detail);
      }
    });
  }

  /** A stopping instance is asked to shut down, and made to when it does not. */
  shutDown(region: Region, instance: Instance, force: boolean): void {
    this.#enqueue(instance.id, async () => {
      const guest = this.guest(instance.id);
      if (guest === undefined) return await this.#settle(region, instance, 'powered-off');
      if (!force) {
        await guest.pressPower().catch(() => undefined);
        await endsWithin(guest, this.#parts.limits.guestGraceSeconds);
      }
      await guest.kill();
    });
    if (force) void this.guest(instance.id)?.kill();
  }

  /** An instance that is shutting down goes at once: nobody can look at what its guest would have written. */
  end(region: Region, instance: Instance): void {
    void this.guest(instance.id)?.kill();
    this.#enqueue(instance.id, async () => {
      const guest = this.guest(instance.id);
      if (guest === undefined) await this.#settle(region, instance, 'powered-off');
      else await guest.kill();
    });
  }

  reboot(instance: Instance): void {
    this.#enqueue(instance.id, async () => {
      await this.guest(instance.id)?.reboot(this.#parts.limits.guestGraceSeconds);
    });
  }

  guest(instanceId: string): Guest | undefined {
    return this.#guests.get(instanceId)?.guest;
  }

  /** A volume as a guest has it. */
  diskOf(volume: Pick<Volume, 'id'>): GuestDisk {
    return { volumeId: volume.id, file: this.disks.file(volume.id) };
  }

  /** The last bytes of what an instance wrote to its serial console. */
  async consoleTail(instanceId: string, bytes: number): Promise<Buffer> {
    const handle = await open(path.join(this.#folderOf(instanceId), SERIAL_LOG)).catch(() => undefined);
    if (handle === undefined) return Buffer.alloc(0);
    try {
      const { size } = await handle.stat();
      const length = Math.min(size, bytes);
      const { buffer, bytesRead } = await handle.read(Buffer.alloc(length), 0, length, size - length);
      return buffer.subarray(0, bytesRead);
    } finally {
      await handle.close();
    }
  }

  /** Ends all guests; their instances count as lost at the next start. */
  async close(): Promise<void> {
    this.#closing = true;
    // A job may be about to start a guest: look again when all are done.
    while (this.#jobs.size > 0 || this.#guests.size > 0) {
      await Promise.all([...this.#guests.values()].map(({ guest }) => guest.kill()));
      await Promise.all(this.#jobs.values());
      await Promise.all([...this.#guests.values()].map(({ guest }) => guest.ended));
      await new Promise((resolve) => setImmediate(resolve));
    }
  }

  async #start(region: Region, instance: Instance): Promise<void> {
    const volumes = volumesOf(region, instance);
    for (const volume of volumes) await this.disks.ensure(volume);
    // Terminated, or the cloud is to stop, while its disks were made.
    if (instance.state !== 'pending' || this.#closing) return;
    const tokens = new MetadataTokens();
    const imds = await serveMetadata(() => ({
      facts: metadataFacts(region, instance),
      tokens,
      tokensRequired: instance.metadata.httpTokens === 'required',
      enabled: instance.metadata.httpEndpoint === 'enabled',
      now: Date.now(),
    }));
    let guest: Guest;
    try {
      guest = await this.#parts.hypervisor.start({
        folder: this.#folderOf(instance.id),
        processor: instance.architecture === 'arm64' ? 'aarch64' : 'x86_64',
        firmware: firmwareOf(instance),
        ...sizeOf(instance.instanceType),
        instanceId: instance.id,
        instanceType: instance.instanceType,
        mac: instance.mac,
        disks: volumes.map((volume) => this.diskOf(volume)),
        metadataPort: imds.port,
        forwardSsh: admitsSsh(region, instance),
      });
    } catch (error) {
      await imds.stop();
      throw error;
    }
    this.#guests.set(instance.id, { guest, imds });
    if (guest.sshPort !== undefined) {
      instance.tags.push({ key: SSH_PORT_TAG, value: String(guest.sshPort) });
    }
    await this.#settle(region, instance, 'booted');
    // Only now: an end before the beginning would be refused and forgotten.
    void guest.ended.then((end) =>
      this.#ended(region, instance, end === 'failed' ? 'failed' : 'powered-off'),
    );
  }

  async #ended(region: Region, instance: Instance, event: InstanceEvent): Promise<void> {
    const { imds } = this.#guests.get(instance.id) ?? {};
    this.#guests.delete(instance.id);
    if (!this.#closing) await this.#settle(region, instance, event);
    await imds?.stop();
  }

  /** Records an event; one that has been overtaken changes nothing. */
  async #settle(region: Region, instance: Instance, event: InstanceEvent, detail?: string): Promise<void> {
    if (!applyEvent(instance, event, this.#now(), detail)) return;
    const gone = instance.state === 'terminated' ? releaseVolumes(region, instance) : [];
    region.changed();
    // First the record, then the files: a kill between leaves files that the next start removes. What cannot be written
    // now is written with the next change, and no call answers before.
    await region.durable().catch(() => undefined);
    for (const id of gone) await this.disks.remove(id);
  }

  #enqueue(instanceId: string, job: () => Promise<void>): void {
    const before = this.#jobs.get(instanceId) ?? Promise.resolve();
    const mine = before.then(job).catch(() => undefined);
    this.#jobs.set(instanceId, mine);
    void mine.then(() => {
      if (this.#jobs.get(instanceId) === mine) this.#jobs.delete(instanceId);
    });
  }

  #folderOf(instanceId: string): string {
    return path.join(this.#parts.folder, 'instances', instanceId);
  }

  #now(): number {
    return this.#parts.clock.now();
  }
}

/** Milliseconds for which a terminated instance is shown. Source: EC2 User Guide, "Terminate your instance": about an hour. */
export const TERMINATED_SHOWN = 3_600_000;

async function endsWithin(guest: Guest, seconds: number): Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<void>((resolve) => {
    timer = setTimeout(resolve, seconds * 1000);
  });
  await Promise.race([guest.ended, late]);
  clearTimeout(timer);
}
