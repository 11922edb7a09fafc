/** Reads the pins of one architecture. */
import { type LoadedFile, type Problems, readYaml } from './load-file.ts';
import { describeRequestChange, pinKey } from './pins.ts';
import type { Tree } from './tree.ts';
import type { Architecture, PackageRequest, Pins, Stream } from './types.generated.ts';
import { locator } from './yaml.ts';

export interface PinsContext {
  /** Stream id. */
  id: string;
  stream: Stream;
  architecture: Architecture;
  /** What the kickstart asks for now; undefined when it is not known. */
  request: PackageRequest | undefined;
}

/** At most this many problems of one kind in one file: nobody reads more. */
const enough = 20;
/** Escapes that a server may undo into another path than the one that was reviewed. */
const escapedPath = /%(2f|2e|5c|00)/i;

/** The pins when they can be read and are of this architecture. Problems of single packages do not hide the others. */
export async function loadPins(
  tree: Tree,
  path: string,
  context: PinsContext,
  problems: Problems,
): Promise<Pins | undefined> {
  const file = await readYaml(tree, 'Pins', path, problems);
  if (file === undefined) return undefined;
  const lineOf = locator(file.text);
  if (file.value.architecture !== context.architecture) {
    const text = `'architecture' is ${file.value.architecture}, but the file's name says ${context.architecture}`;
    problems.add(path, lineOf(['architecture']), text);
    return undefined;
  }
  checkPackages(file, context.stream, problems);
  const change = context.request && describeRequestChange(file.value.request, context.request);
  if (change !== undefined) {
    const text = `does not fit the kickstart, which ${change}: run 'aperiodic resolve ${context.id}'`;
    problems.add(path, lineOf(['request']), text);
  }
  return file.value;
}

function checkPackages({ path, text, value }: LoadedFile<Pins>, stream: Stream, problems: Problems): void {
  const lineOf = locator(text);
  const report = (indexes: readonly number[], key: string, message: (index: number) => string) => {
    for (const index of indexes.slice(0, enough)) {
      problems.add(path, lineOf(['packages', index, key]), message(index));
    }
  };
  const where = (test: (pin: Pins['packages'][number], index: number) => boolean) =>
    value.packages.flatMap((pin, index) => (test(pin, index) ? [index] : []));
  const seen = new Set<string>();
  const repeated = where((pin) => {
    const key = pinKey(pin);
    const again = seen.has(key);
    seen.add(key);
    return again;
  });
  report(repeated, 'name', (i) => `package '${value.packages[i]?.name}' is pinned twice`);
  const foreign = where(({ repository }) => !stream.repositories.includes(repository));
  report(foreign, 'repository', (i) => {
    const pin = value.packages[i];
    return `package '${pin?.name}' comes from '${pin?.repository}', which is not a repository of the stream`;
  });
  const escaping = where((pin) => escapedPath.test(pin.path));
  report(escaping, 'path', (i) => `path of package '${value.packages[i]?.name}' hides a slash or a dot`);
}
