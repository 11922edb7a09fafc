/**
 * Job → Fetched: every pinned package is in the store and was read and found to match its pin.
 * Safe to run twice: what is in the store is only verified.
 */
import { AperiodicError } from '../model/errors.ts';
import type { Fetched, Job, Pin } from '../model/types.generated.ts';
import type { Builder, Ports, Task } from '../ports.ts';

export async function fetchPackages(job: Job, ports: Ports): Promise<Fetched> {
  const pins = job.pins.packages;
  const bytes = pins.reduce((sum, pin) => sum + pin.size, 0);
  const task = ports.log.task(`fetch ${job.stream} ${job.architecture}`);
  try {
    const builder = await openBuilder(job, ports, task);
    const missing = await findMissing(pins, ports);
    if (missing.length > 0) {
      task.note(`downloading ${missing.length} of ${pins.length} packages`);
      await ports.payloads[job.payload].download(missing, ports.store, task, {
        ...job.pins,
        ...(builder === undefined ? {} : { builder }),
      });
    }
    await verifyAll(pins, ports, task);
  } catch (error) {
    task.failed(error instanceof Error ? error.message : String(error));
    throw error;
  }
  task.done(`${pins.length} packages, ${(bytes / 1024 / 1024).toFixed(0)} MiB`);
  return { job, packages: { count: pins.length, bytes } };
}

/** Unpacked here already: one that cannot be used shows before anything else is downloaded. */
async function openBuilder({ builder }: Job, ports: Ports, task: Task): Promise<Builder | undefined> {
  if (builder === undefined) return undefined;
  await ports.builders.fetch(builder, ports.store, task);
  return await ports.builders.open(builder, ports.store, task);
}

async function findMissing(pins: readonly Pin[], ports: Ports): Promise<Pin[]> {
  const missing: Pin[] = [];
  for (const pin of pins) if ((await ports.store.verify(pin.sha256)) === undefined) missing.push(pin);
  return missing;
}

async function verifyAll(pins: readonly Pin[], ports: Ports, task: Task): Promise<void> {
  for (const [index, pin] of pins.entries()) {
    if ((await ports.store.find(pin.sha256)) === undefined) {
      throw new AperiodicError(
        'digest-mismatch',
        `package ${pin.name} ${pin.version} is not in the store after its download`,
      );
    }
    task.progress(index + 1, pins.length, 'packages');
  }
}
