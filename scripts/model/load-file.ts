/** Reading one file of the tree while gathering problems instead of stopping at the first. */
import { AperiodicError, type ErrorCode } from './errors.ts';
import type { Kind } from './schema.ts';
import type { Tree } from './tree.ts';
import type { SchemaTypes } from './types.generated.ts';
import { parseYaml } from './yaml.ts';

/** What the author of a file can put right. Other codes are not gathered: they stop the run. */
const ofFiles: readonly ErrorCode[] = ['invalid', 'unsupported', 'not-found', 'conflict'];

export class Problems {
  readonly list: AperiodicError[] = [];

  add(file: string, line: number | undefined, message: string): void {
    this.list.push(new AperiodicError('invalid', message, { file, line }));
  }

  /** The result of `work`, or undefined after its error was taken as a problem. */
  async gather<T>(work: () => Promise<T>): Promise<T | undefined> {
    try {
      return await work();
    } catch (error) {
      if (!(error instanceof AperiodicError) || !ofFiles.includes(error.code)) throw error;
      this.list.push(error);
      return undefined;
    }
  }
}

export interface LoadedFile<T> {
  path: string;
  text: string;
  value: T;
}

/** Reads and validates a YAML file; undefined after a problem was added. */
export async function readYaml<K extends Kind>(
  tree: Tree,
  kind: K,
  path: string,
  problems: Problems,
): Promise<LoadedFile<SchemaTypes[K]> | undefined> {
  return await problems.gather(async () => {
    const text = await tree.read(path);
    if (text === undefined) throw new AperiodicError('not-found', 'does not exist', { file: path });
    return { path, text, value: parseYaml(kind, text, path) };
  });
}

/** By file, then line. */
export function sortProblems(problems: readonly AperiodicError[]): AperiodicError[] {
  const key = ({ file = '', line = 0 }: AperiodicError) => `${file}\0${String(line).padStart(9, '0')}`;
  return [...problems].sort((a, b) => (key(a) < key(b) ? -1 : key(a) > key(b) ? 1 : 0));
}

/** @throws AperiodicError the first problem when there is one, by file and line; its `detail` has all of them */
export function refuseProblems(problems: readonly AperiodicError[]): void {
  const sorted = sortProblems(problems);
  const [first] = sorted;
  if (first === undefined) return;
  const { code, message, file, line } = first;
  const detail = sorted.map(({ located }) => located).join('\n');
  throw new AperiodicError(code, message, { file, line, detail, cause: first });
}
