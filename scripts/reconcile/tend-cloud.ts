/** What reconcile does with images that were released before: compares the cloud with the records, then what is due. */
import { toAperiodicError } from '../model/errors.ts';
import type { Repository } from '../model/streams.ts';
import type { Ports, Tree } from '../ports.ts';
import { observeCloud } from '../stages/observe.ts';
import { assertAccount } from '../stages/preflight.ts';
import { movePointers } from '../stages/promote.ts';
import { removeImages, renewImages, restoreImages } from '../stages/retire.ts';
import { withdrawImages } from '../stages/withdraw.ts';
import { repairDrift } from './repair-drift.ts';
import { type ImageWork, type Tended, tendImages } from './tend-images.ts';

export type { Tended } from './tend-images.ts';

/**
 * Only reads when all is as it should be, and asks nothing of AWS for streams without images. Never throws: releases do
 * not wait for it. One entry for each stream where something was done, or failed.
 */
export async function tendCloud(
  { streams, targets, ...repository }: Repository,
  ids: readonly string[],
  ports: Ports,
  { load }: { load(tree: Tree): Promise<Repository> },
): Promise<Tended[]> {
  const chosen = streams.filter(({ id }) => ids.includes(id));
  const own = chosen.filter(({ stream, releases }) => {
    return stream?.aws !== undefined || releases.some(({ record }) => record?.images !== undefined);
  });
  const { aws } = targets ?? {};
  if (aws === undefined || own.length === 0) return [];
  try {
    assertAccount(aws, await ports.cloud.account());
    const { observed, failures } = await observeCloud(own, aws, ports);
    for (const { region, error } of failures)
      ports.log.warn(`images in ${region} could not be looked at: ${error.message}`);
    // Only what was looked for may count as missing.
    const seen = { ...repository, targets, streams: own };
    const repaired = await repairDrift(seen, observed, ports, bindWork(ports));
    for (const { region, error } of repaired.failures)
      ports.log.warn(`drift in ${region} could not be repaired: ${error.message}`);
    const streamIds = own.map(({ id }) => id);
    const now = repaired.changed ? await load(await ports.forge.head()) : { ...seen, streams };
    return await tendImages(now, ports, { load, work: bindWork(ports), streams: streamIds });
  } catch (error) {
    return own.map(({ id }) => ({ stream: id, done: [], errors: [toAperiodicError(error)] }));
  }
}

function bindWork(ports: Ports): ImageWork {
  return {
    movePointers: (plan) => movePointers(plan, ports),
    restoreImages: (plan) => restoreImages(plan, ports),
    withdrawImages: (plan) => withdrawImages(plan, ports),
    removeImages: (plan) => removeImages(plan, ports),
    renewImages: (plan, at) => renewImages(plan, at, ports),
  };
}
