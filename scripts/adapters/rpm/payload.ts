/** Rpm packages: solved by dnf, checked by rpm. */
import path from 'node:path';
import { AperiodicError } from '../../model/errors.ts';
import type {
  Architecture,
  PackageRequest,
  Pin,
  RepositoryAddress,
  RequestedSource,
  RpmRepository,
} from '../../model/types.generated.ts';
import type { Builder, Payload, Store, Task } from '../../ports.ts';
import { downloadRpms } from './download.ts';
import { solveRpms } from './solve.ts';
import { locateRpmRepositories, type RpmSource } from './sources.ts';

export interface RpmPayloadOptions {
  repositories: readonly RpmRepository[];
  /** Configured addresses by repository id. */
  addresses: Readonly<Record<string, RepositoryAddress>>;
  /** Folder for dnf's private state, kept between runs. */
  cache: string;
}

type Asked = Parameters<Payload['download']>[3];

export function createRpmPayload(options: RpmPayloadOptions): Payload {
  const cache = path.join(options.cache, 'dnf');
  const locate = (
    ids: readonly string[],
    requested: readonly RequestedSource[],
    architecture: Architecture,
  ) => locateChosen(options, ids, requested, architecture);
  return {
    kind: 'rpm',
    async solve(
      request: PackageRequest,
      architecture: Architecture,
      task: Task,
      builder?: Builder,
    ): Promise<Pin[]> {
      const sources = await locate(request.repositories, request.sources ?? [], architecture);
      return await solveRpms({ cache, builder }, sources, request, architecture, task);
    },
    async download(pins: readonly Pin[], store: Store, task: Task, asked: Asked): Promise<void> {
      const { architecture, builder } = asked;
      const ids = [...new Set(pins.map((pin) => pin.repository))].sort();
      const sources = await locate(ids, asked.request.sources ?? [], architecture);
      await downloadRpms(pins, sources, { cache, architecture, builder }, store, task);
    },
  };
}

/** @throws AperiodicError `not-found` for an id that is none, and as locateRpmRepositories does */
export async function locateChosen(
  { repositories, addresses }: Pick<RpmPayloadOptions, 'repositories' | 'addresses'>,
  ids: readonly string[],
  requested: readonly RequestedSource[],
  architecture: Architecture,
): Promise<RpmSource[]> {
  const chosen = ids.map((id) => {
    const found = repositories.find((repository) => repository.id === id);
    if (found !== undefined) return found;
    throw new AperiodicError(
      'not-found',
      `repository '${id}' is not in releases/repositories.yaml as one of type rpm`,
    );
  });
  return await locateRpmRepositories(chosen, addresses, requested, architecture);
}
