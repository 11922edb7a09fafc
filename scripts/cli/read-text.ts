/** Reads a text that a person named on the command line. */
import { readFile, stat } from 'node:fs/promises';
import { AperiodicError } from '../model/errors.ts';
import { maxYamlBytes } from '../model/yaml.ts';

/** @throws AperiodicError `not-found`, or `invalid` when it is larger than YAML may be */
export async function readText(file: string): Promise<string> {
  const { size } = await stat(file).catch((cause: unknown) => {
    throw new AperiodicError('not-found', 'cannot be read', { file, cause });
  });
  if (size > maxYamlBytes)
    throw new AperiodicError('invalid', `is larger than ${maxYamlBytes} bytes`, { file });
  return await readFile(file, 'utf8').catch((cause: unknown) => {
    throw new AperiodicError('not-found', 'cannot be read', { file, cause });
  });
}
