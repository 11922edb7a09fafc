/** Reads what another job wrote. */
import { readFile, stat } from 'node:fs/promises';
import { AperiodicError } from '../model/errors.ts';

/** Values hold pins and flattened kickstarts: some hundred KiB an architecture. */
const maxBytes = 64 * 1024 * 1024;

/** @throws AperiodicError `not-found`, or `invalid` when it is too large or not JSON */
export async function readJsonFile(file: string): Promise<unknown> {
  const { size } = await stat(file).catch((cause: unknown) => {
    throw new AperiodicError('not-found', 'cannot be read', { file, cause });
  });
  if (size > maxBytes) throw new AperiodicError('invalid', `is larger than ${maxBytes} bytes`, { file });
  try {
    return JSON.parse(await readFile(file, 'utf8'));
  } catch (cause) {
    throw new AperiodicError('invalid', 'is not JSON', { file, cause });
  }
}
