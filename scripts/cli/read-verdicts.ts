/** Verdicts on updates that are not merged yet, as a file of JSON: schemas/advisory.schema.json, `verdicts`. */
import { assertValid } from '../model/schema.ts';
import type { Verdicts } from '../model/types.generated.ts';
import { readJsonFile } from './read-value.ts';

/** None when no file is named. @throws AperiodicError `not-found`, `invalid` */
export async function readVerdicts(file: string | undefined): Promise<Verdicts> {
  if (file === undefined) return { verdicts: [] };
  return assertValid('Verdicts', await readJsonFile(file), { file });
}
