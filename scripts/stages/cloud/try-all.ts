/** Doing the same in many regions: one that fails does not keep the others from being tried. */
import { type AperiodicError, toAperiodicError } from '../../model/errors.ts';

export interface RegionFailure {
  region: string;
  error: AperiodicError;
}

export interface Tried<T> {
  done: T[];
  failures: RegionFailure[];
}

/** Works on all at once. */
export async function tryAll<In, Out>(
  items: readonly In[],
  regionOf: (item: In) => string,
  work: (item: In) => Promise<Out>,
): Promise<Tried<Out>> {
  const done: Out[] = [];
  const failures: RegionFailure[] = [];
  const one = async (item: In) => {
    try {
      done.push(await work(item));
    } catch (error) {
      failures.push({ region: regionOf(item), error: toAperiodicError(error) });
    }
  };
  await Promise.all(items.map(one));
  return { done, failures };
}

/** A line for each failure, with what AWS said below it. */
export function listFailures(failures: readonly RegionFailure[]): string {
  return failures
    .map(({ region, error }) =>
      [`${region}: ${error.message}`, ...(error.detail?.split('\n') ?? [])].join('\n  '),
    )
    .join('\n');
}
