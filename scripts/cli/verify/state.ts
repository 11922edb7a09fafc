/** What was seen of each stream before: the largest serial, so that nobody is led back to an older document. */
import { mkdir } from 'node:fs/promises';
import path from 'node:path';
import type { Environment } from '../../adapters/host/config-environment.ts';
import { statOf, writeFileAtomic } from '../../adapters/host/files.ts';
import { canonicalJson } from '../../model/canonical-json.ts';
import { AperiodicError } from '../../model/errors.ts';
import type { StreamDocument } from '../../model/types.generated.ts';
import { readLimited } from './keyring.ts';

const maxStateBytes = 1024 * 1024;

type Serials = Record<string, number>;

/** https://specifications.freedesktop.org/basedir-spec/latest/ */
export function defaultStateFile(env: Environment, home: string): string {
  const { XDG_STATE_HOME: state } = env;
  const folder = state !== undefined && path.isAbsolute(state) ? state : path.join(home, '.local/state');
  return path.join(folder, 'aperiodic/serials.json');
}

/**
 * Refuses a document that is older than one that was seen, and remembers this one's serial.
 * @returns the serial that was known before; 0 when none was
 * @throws AperiodicError `conflict` for an older document, `invalid` when the state cannot be read
 */
export async function remember(
  { stream, serial }: Pick<StreamDocument, 'stream' | 'serial'>,
  file: string,
): Promise<number> {
  const serials = await readState(file);
  const known = serials[stream] ?? 0;
  if (serial < known) {
    throw new AperiodicError(
      'conflict',
      `it has serial ${serial}, but serial ${known} of ${stream} was seen before: it is an old one, take it from another mirror`,
    );
  }
  if (serial === known) return known;
  await mkdir(path.dirname(file), { recursive: true, mode: 0o700 });
  await writeFileAtomic(file, canonicalJson({ ...serials, [stream]: serial }), { mode: 0o600 });
  return known;
}

async function readState(file: string): Promise<Serials> {
  if ((await statOf(file)) === undefined) return {};
  const text = (await readLimited(file, maxStateBytes)).toString('utf8');
  try {
    const value: unknown = JSON.parse(text);
    if (!isSerials(value)) throw new Error('not a list of serials');
    return value;
  } catch (cause) {
    throw new AperiodicError('invalid', 'is not what was written here: look at it, and remove it', {
      file,
      cause,
    });
  }
}

function isSerials(value: unknown): value is Serials {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return false;
  return Object.values(value).every((serial) => Number.isSafeInteger(serial) && serial >= 0);
}
