/** Brings pinned rpms into the store: each has the pinned bytes and a signature of its repository's keys. */
import { rm } from 'node:fs/promises';
import path from 'node:path';
import { AperiodicError } from '../../model/errors.ts';
import type { Architecture, Pin } from '../../model/types.generated.ts';
import type { Store, Task } from '../../ports.ts';
import { downloadPackages, encodePath } from '../host/download.ts';
import { importKeys, type RpmKeys } from './keys.ts';
import { askDnf, type Dnf } from './resolver.ts';
import type { RpmSource } from './sources.ts';

/** At most this many mirrors of a list are asked for a package. */
const enoughMirrors = 5;

/**
 * @throws AperiodicError as downloadPackages does; `invalid` for a package that its repository's keys did not sign, which does not
 *   come into the store
 */
export async function downloadRpms(
  pins: readonly Pin[],
  sources: readonly RpmSource[],
  context: Dnf & { architecture: Architecture },
  store: Store,
  task: Task,
): Promise<void> {
  const folder = await store.temporaryFolder();
  try {
    const bases = await listBases(sources, context, task);
    const keys = new Map<string, RpmKeys>();
    for (const source of sources)
      keys.set(
        source.repository,
        await importKeys(source, path.join(folder, source.repository), context.builder),
      );
    const of = <T>(known: ReadonlyMap<string, T>, pin: Pin): T => {
      const found = known.get(pin.repository);
      if (found !== undefined) return found;
      throw new AperiodicError(
        'not-found',
        `package ${pin.name} is pinned to repository '${pin.repository}', which the stream does not have`,
      );
    };
    const locate = async (pin: Pin) => of(bases, pin).map((base) => `${base}/${encodePath(pin.path)}`);
    const check = async (pin: Pin, file: string) => await of(keys, pin).check(pin, file);
    await downloadPackages(pins, { locate, check }, store, task);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** Addresses by repository as apt's client takes them, without a slash at the end. */
async function listBases(
  sources: readonly RpmSource[],
  { architecture, ...dnf }: Dnf & { architecture: Architecture },
  task: Task,
): Promise<Map<string, string[]>> {
  const bases = new Map<string, string[]>();
  const lists = sources.filter((source) => source.kind !== 'baseurl');
  const answer = lists.length === 0 ? {} : await askDnf(dnf, { architecture, sources: lists }, task);
  const mirrors = typeof answer === 'object' && answer !== null ? Reflect.get(answer, 'mirrors') : {};
  for (const source of sources) {
    const listed: unknown =
      source.kind === 'baseurl' ? [source.uri] : Reflect.get(mirrors, source.repository);
    const uris = (Array.isArray(listed) ? listed : [])
      .map((uri: unknown) => String(uri).replace(/\/+$/, ''))
      .filter((uri) => /^(https?|file):\/\/[!-~]+$/.test(uri))
      .slice(0, enoughMirrors)
      // Of a file: address apt makes a link to the repository's own file; copy: makes one that can be moved.
      .map((uri) => uri.replace(/^file:/, 'copy:'));
    if (uris.length === 0)
      throw new AperiodicError(
        'unreachable',
        `the list of mirrors of repository '${source.repository}' is empty`,
      );
    bases.set(source.repository, uris);
  }
  return bases;
}
