/** Brings pinned Debian packages into the store. */
import { AperiodicError } from '../../model/errors.ts';
import type { Pin } from '../../model/types.generated.ts';
import type { Store, Task } from '../../ports.ts';
import { downloadPackages, encodePath } from '../host/download.ts';
import { type DebSource, downloadUris } from './sources.ts';

/** @throws AperiodicError as downloadPackages does; `not-found` for a pin of a repository that is not among the sources */
export async function downloadDebs(
  pins: readonly Pin[],
  sources: readonly DebSource[],
  store: Store,
  task: Task,
): Promise<void> {
  const locate = async (pin: Pin) => {
    const source = sources.find((s) => s.repository.id === pin.repository);
    if (source !== undefined) return await downloadUris(source, encodePath(pin.path));
    throw new AperiodicError(
      'not-found',
      `package ${pin.name} is pinned to repository '${pin.repository}', which the stream does not have`,
    );
  };
  await downloadPackages(pins, { locate }, store, task);
}
