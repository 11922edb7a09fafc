/** Debian packages: solved and downloaded by apt. */
import path from 'node:path';
import { AperiodicError } from '../../model/errors.ts';
import type {
  Architecture,
  DebRepository,
  PackageRequest,
  Pin,
  RepositoryAddress,
} from '../../model/types.generated.ts';
import type { Payload, Store, Task } from '../../ports.ts';
import { prepareAptState, updateAptState } from './apt-state.ts';
import { downloadDebs } from './download.ts';
import { solveDebs } from './solve.ts';
import { locateRepositories } from './sources.ts';

export interface DebPayloadOptions {
  repositories: readonly DebRepository[];
  /** Configured addresses by repository id. */
  addresses: Readonly<Record<string, RepositoryAddress>>;
  /** Folder for apt's private state, kept between runs. */
  cache: string;
}

export function createDebPayload(options: DebPayloadOptions): Payload {
  const choose = (ids: readonly string[]) =>
    ids.map((id) => {
      const found = options.repositories.find((repository) => repository.id === id);
      if (found === undefined)
        throw new AperiodicError('not-found', `repository '${id}' is not in releases/repositories.yaml`);
      return found;
    });
  return {
    kind: 'deb',
    async solve(request: PackageRequest, architecture: Architecture, task: Task): Promise<Pin[]> {
      const sources = await locateRepositories(choose(request.repositories), options.addresses);
      const state = await prepareAptState(path.join(options.cache, 'apt'), sources, architecture);
      task.note('refreshing package lists');
      await updateAptState(state);
      task.note('asking apt');
      return await solveDebs(state, sources, request);
    },
    async download(pins: readonly Pin[], store: Store, task: Task): Promise<void> {
      const ids = [...new Set(pins.map((pin) => pin.repository))];
      const sources = await locateRepositories(choose(ids), options.addresses);
      await downloadDebs(pins, sources, store, task);
    },
  };
}
