/** Reads the kickstart of a stream, and those of architectures that have one of their own. */
import { AperiodicError } from './errors.ts';
import type { LoadOptions } from './load.ts';
import type { LoadedFile, Problems } from './load-file.ts';
import type { KickstartsByArchitecture } from './streams.ts';
import { isTreePath, type Tree } from './tree.ts';
import type { Architecture, KickstartLine, Stream } from './types.generated.ts';
import { locator } from './yaml.ts';

export interface LoadedKickstarts {
  kickstart: KickstartLine[];
  others?: KickstartsByArchitecture;
}

/** Undefined when one of them cannot be read: an image of one architecture alone is no release. */
export async function loadKickstarts(
  tree: Tree,
  file: LoadedFile<Stream>,
  options: LoadOptions,
  problems: Problems,
): Promise<LoadedKickstarts | undefined> {
  const { kickstart: path, kickstarts = {}, architectures } = file.value;
  const lineOf = locator(file.text);
  const kickstart = await loadKickstart(tree, path, { file, line: lineOf(['kickstart']) }, options, problems);
  const others: Partial<Record<Architecture, KickstartLine[]>> = {};
  let whole = true;
  const wanted: readonly string[] = architectures;
  for (const name of Object.keys(kickstarts).filter((one) => !wanted.includes(one))) {
    const text = `'${name}' is not an architecture of the stream: [${architectures.join(', ')}] are`;
    problems.add(file.path, lineOf(['kickstarts', name]), text);
  }
  for (const architecture of architectures) {
    const other = kickstarts[architecture];
    if (other === undefined) continue;
    const place = { file, line: lineOf(['kickstarts', architecture]) };
    const lines = await loadKickstart(tree, other, place, options, problems);
    if (lines === undefined) whole = false;
    else others[architecture] = lines;
  }
  if (kickstart === undefined || !whole) return undefined;
  return { kickstart, ...(Object.keys(others).length === 0 ? {} : { others }) };
}

async function loadKickstart(
  tree: Tree,
  kickstart: string,
  { file: { path }, line }: { file: LoadedFile<Stream>; line: number | undefined },
  options: LoadOptions,
  problems: Problems,
): Promise<KickstartLine[] | undefined> {
  if (!isTreePath(kickstart)) {
    problems.add(path, line, `'${kickstart}' is not a path inside the repository`);
    return undefined;
  }
  return await problems.gather(async () => {
    if ((await tree.read(kickstart)) === undefined) {
      throw new AperiodicError('not-found', `kickstart '${kickstart}' does not exist`, { file: path, line });
    }
    return await options.flatten(kickstart, (included) => tree.read(included));
  });
}
