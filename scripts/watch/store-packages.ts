/** Brings packages that main's pins do not have into the store. Safe to repeat: what is there is not fetched again. */
import { findNewPins, of } from '../model/update/packages.ts';
import type { StreamUpdate } from '../model/update/update.ts';
import type { Ports } from '../ports.ts';

export async function storePackages(
  updates: readonly StreamUpdate[],
  { store, payloads, log }: Pick<Ports, 'store' | 'payloads' | 'log'>,
): Promise<void> {
  for (const { before, after } of updates) {
    if (after.stream === undefined) continue;
    for (const pins of after.pins) {
      const missing = [];
      for (const pin of findNewPins(of(before.pins, pins), pins))
        if ((await store.find(pin.sha256)) === undefined) missing.push(pin);
      if (missing.length === 0) continue;
      const task = log.task(`fetch ${missing.length} new packages of ${after.id} ${pins.architecture}`);
      try {
        await payloads[after.stream.payload].download(missing, store, task, pins);
      } catch (error) {
        task.failed(error instanceof Error ? error.message : String(error));
        throw error;
      }
      task.done();
    }
  }
}
