/** Files of a recorded release for one more mirror: from this machine, or from a mirror that holds them. */
import { rm } from 'node:fs/promises';
import path from 'node:path';
import { AperiodicError, toAperiodicError } from '../model/errors.ts';
import type { FileRef } from '../model/types.generated.ts';
import type { Ports } from '../ports.ts';

/**
 * Makes sure that the artifact is here. Safe to run twice: what is here already is only verified.
 * @param mirrors that the record names, with the folder of the release
 * @throws AperiodicError `not-found` when no mirror has the recorded bytes any more; `detail` says what each has
 */
export async function bringBack(
  name: string,
  file: FileRef,
  mirrors: readonly { id: string; path: string }[],
  ports: Ports,
): Promise<void> {
  const there = await ports.artifacts.get(file).then(
    () => true,
    () => false,
  );
  if (there) return;
  const reasons: string[] = [];
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
      reasons.push(`${id}: ${toAperiodicError(error).message}`);
    }
  }
  throw new AperiodicError('not-found', `${name} is on no mirror any more that has its recorded bytes`, {
    detail: reasons.join('\n'),
  });
}
