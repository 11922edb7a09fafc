/** The updateinfo of rpm repositories, brought by dnf: checksums, and where the index is signed its signature, were checked. */
import path from 'node:path';
import { AperiodicError } from '../../model/errors.ts';
import type { Architecture, RequestedSource } from '../../model/types.generated.ts';
import type { Task } from '../../ports.ts';
import { locateChosen, type RpmPayloadOptions } from './payload.ts';
import { askDnf } from './resolver.ts';

/** What is asked about one repository. */
export interface UpdateinfoRequest {
  repository: string;
  /** Addresses of the kickstart. */
  sources: readonly RequestedSource[];
  architecture: Architecture;
}

/** @returns path of the file, packed as the repository has it; undefined when the repository has none */
export type FindUpdateinfo = (request: UpdateinfoRequest, task: Task) => Promise<string | undefined>;

export function createUpdateinfoFinder(options: RpmPayloadOptions): FindUpdateinfo {
  const cache = path.join(options.cache, 'dnf');
  return async ({ repository, sources, architecture }, task) => {
    const located = await locateChosen(options, [repository], sources, architecture);
    const answer = await askDnf({ cache }, { architecture, sources: located, metadata: 'updateinfo' }, task);
    const files: unknown =
      typeof answer === 'object' && answer !== null ? Reflect.get(answer, 'files') : undefined;
    if (typeof files !== 'object' || files === null)
      throw new AperiodicError('internal', 'the resolver answered without files');
    const file: unknown = Reflect.get(files, repository);
    return typeof file === 'string' ? file : undefined;
  };
}
