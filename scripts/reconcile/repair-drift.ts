/** Puts right what the cloud has otherwise than the records say; what a person has to look at is warned of. */
import type { Attempt, RecordedImage } from '../model/cloud.ts';
import { type Drift, findDrift } from '../model/plan/drift.ts';
import type { Observed } from '../model/plan/observed.ts';
import type { Repository } from '../model/streams.ts';
import type { Ports } from '../ports.ts';
import { recordImages } from '../stages/record-images.ts';
import type { ImageWork } from './tend-images.ts';

/** @returns all drift that was found; `failures` are of repairs, each with its region */
export async function repairDrift(
  repository: Repository,
  observed: Observed,
  ports: Ports,
  work: ImageWork,
): Promise<{ drift: Drift[]; failures: Attempt<unknown>['failures'] }> {
  const drift = findDrift(repository, observed, ports.clock.now());
  const failures: Attempt<unknown>['failures'] = [];
  for (const one of drift) {
    const say = `${one.stream} ${one.version} ${one.region} ${one.what}: ${one.why}`;
    if (one.repair === 'report') {
      ports.log.warn(say);
      continue;
    }
    ports.log.info(`${say} (${one.repair})`);
    failures.push(...(await repair(one, ports, work)).failures);
  }
  return { drift, failures };
}

async function repair(drift: Drift, ports: Ports, work: ImageWork): Promise<Attempt<unknown>> {
  const { stream, version, image, pointers, deprecateAt } = drift;
  const nothing: Attempt<RecordedImage> = { done: [], failures: [] };
  if (drift.repair === 'point')
    return pointers === undefined ? nothing : await work.movePointers(pointers, ports);
  if (image === undefined) return nothing;
  const plan = { stream, version, images: [image] };
  switch (drift.repair) {
    case 'share':
      return await work.restoreImages(plan, ports);
    case 'unshare':
      return await work.withdrawImages(plan, ports);
    case 'remove':
      return await work.removeImages(plan, ports);
    case 'deprecate':
      return deprecateAt === undefined ? nothing : await work.renewImages(plan, deprecateAt, ports);
    case 'forget':
      await recordImages({ ...plan, verb: 'Forget' }, ports);
      return nothing;
    default:
      return nothing;
  }
}
