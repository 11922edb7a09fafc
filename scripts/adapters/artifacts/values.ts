/** Values of stages as JSON files in a folder: `<folder>/<name>.json`, each written whole or not at all. */
import { mkdir, readFile } from 'node:fs/promises';
import path from 'node:path';
import { AperiodicError } from '../../model/errors.ts';
import type { Values } from '../../ports.ts';
import { writeFileAtomic } from '../host/files.ts';
import { isFolderPath } from '../host/names.ts';

export function createDirectoryValues(folder: string): Values {
  const fileOf = (name: string) => {
    if (!isFolderPath(name)) throw new AperiodicError('internal', `'${name}' is not a name for a value`);
    return path.join(folder, `${name}.json`);
  };
  return {
    load: async (name) => {
      const text = await readFile(fileOf(name), 'utf8').catch(() => undefined);
      if (text === undefined) return undefined;
      try {
        return JSON.parse(text);
      } catch {
        // Not ours, or of a disk that lost it: the stage runs again.
        return undefined;
      }
    },
    save: async (name, value) => {
      const file = fileOf(name);
      await mkdir(path.dirname(file), { recursive: true });
      await writeFileAtomic(file, `${JSON.stringify(value)}\n`);
    },
  };
}
