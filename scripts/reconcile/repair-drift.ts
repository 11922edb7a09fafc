/**
 * Puts right what the cloud has otherwise than the records say; what a person has to look at is warned of. Comes before
 * anything else that is done with images: a run that was killed between an effect and its record left a record that
 * pointers must not follow.
 */
import type { Attempt, RecordedImage } from '../model/cloud.ts';
import { type Drift, findDrift } from '../model/plan/drift.ts';
import type { Observed } from '../model/plan/observed.ts';
import type { Repository } from '../model/streams.ts';
import { recordImages } from '../stages/record-images.ts';
import type { ImageWork, TendPorts } from './tend-images.ts';

export interface Repaired {
  /** All that was found. */
  drift: Drift[];
  /** Of repairs, each with its region. */
  failures: Attempt<unknown>['failures'];
  /** Whether records were written: the main branch has moved. */
  changed: boolean;
}

export async function repairDrift(
  repository: Repository,
  observed: Observed,
  ports: TendPorts,
  work: ImageWork,
): Promise<Repaired> {
  const drift = findDrift(repository, observed, ports.clock.now());
  const failures: Attempt<unknown>['failures'] = [];
  // What a record is changed for may change what pointers should be: they are looked at with the next run.
  const changed = drift.some((one) => one.repair === 'forget');
  for (const one of drift) {
    if (one.repair === 'point' && changed) continue;
    const say = `${one.stream} ${one.version} ${one.region} ${one.what}: ${one.why}`;
    if (one.repair === 'report') {
      ports.log.warn(say);
      continue;
    }
    ports.log.info(`${say} (${one.repair})`);
    failures.push(...(await repair(one, ports, work)).failures);
  }
  return { drift, failures, changed };
}

async function repair(drift: Drift, ports: TendPorts, work: ImageWork): Promise<Attempt<unknown>> {
  const { stream, version, image, pointers, deprecateAt } = drift;
  const nothing: Attempt<RecordedImage> = { done: [], failures: [] };
  if (drift.repair === 'point') return pointers === undefined ? nothing : await work.movePointers(pointers);
  if (image === undefined) return nothing;
  const plan = { stream, version, images: [image] };
  switch (drift.repair) {
    case 'share':
      return await work.restoreImages(plan);
    case 'unshare':
      return await work.withdrawImages(plan);
    case 'remove':
      return await work.removeImages(plan);
    case 'deprecate':
      return deprecateAt === undefined ? nothing : await work.renewImages(plan, deprecateAt);
    case 'forget':
      await recordImages({ ...plan, verb: 'Forget' }, ports);
      return nothing;
    default:
      return nothing;
  }
}
