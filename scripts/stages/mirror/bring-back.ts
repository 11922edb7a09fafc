/** Files of a recorded release: from this machine, or from a mirror that holds them. */
import { rm } from 'node:fs/promises';
import path from 'node:path';
import { AperiodicError, type ErrorCode, toAperiodicError } from '../../model/errors.ts';
import type { FileRef } from '../../model/types.generated.ts';
import type { Ports } from '../../ports.ts';

/**
 * Makes sure that the artifact is here. Safe to run twice: what is here already is only verified.
 * @param mirrors that the record names, with the folder of the release
 * @throws AperiodicError `not-found` when no mirror has the recorded bytes any more; `detail` says what each has. The
 *   code of the first mirror that could not answer, such as `unreachable`, when one that may have them did not
 */
export async function bringBack(
  name: string,
  file: FileRef,
  mirrors: readonly { id: string; path: string }[],
  ports: Pick<Ports, 'artifacts' | 'mirror'>,
): Promise<void> {
  const there = await ports.artifacts.get(file).then(
    () => true,
    () => false,
  );
  if (there) return;
  const reasons: string[] = [];
  let silent: ErrorCode | undefined;
  for (const { id, path: folder } of mirrors) {
    try {
      const work = await ports.artifacts.workFolder('retrieve');
      const target = path.join(work, name);
      await ports.mirror(id).retrieve(folder, name, target);
      const got = await ports.artifacts.put(target, name);
      if (got.sha256 === file.sha256) return;
      reasons.push(`${id}: holds other bytes (SHA-256 ${got.sha256})`);
      await rm(await ports.artifacts.get(got), { force: true });
    } catch (error) {
      const { code, message } = toAperiodicError(error);
      if (!gone.includes(code)) silent ??= code;
      reasons.push(`${id}: ${message}`);
    }
  }
  const detail = reasons.join('\n');
  if (silent !== undefined) {
    throw new AperiodicError(silent, `${name} could not be brought back: run again when its mirrors answer`, {
      detail,
    });
  }
  throw new AperiodicError('not-found', `${name} is on no mirror any more that has its recorded bytes`, {
    detail,
  });
}

/** Codes by which a mirror says that it does not have the file. */
const gone: readonly ErrorCode[] = ['not-found', 'digest-mismatch', 'conflict', 'invalid'];
