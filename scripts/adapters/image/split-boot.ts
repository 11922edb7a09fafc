/** Takes /boot out of the root, for a file system of its own. */
import { lutimes, mkdir, readdir, rename } from 'node:fs/promises';
import path from 'node:path';
import type { BuildContext } from './context.ts';
import { inside } from './sandbox.ts';

/**
 * An empty /boot stays in the root to be mounted on. It and the top of the new file system have the owner, mode, date and
 * label that /boot had.
 * @returns the folder that holds what was in /boot
 */
export async function splitBoot(context: BuildContext): Promise<string> {
  const boot = await context.followed('/boot');
  const aside = path.join(inside.build, 'boot-content');
  const split = path.join(inside.build, 'boot');
  await mkdir(aside);
  const names = await readdir(boot);
  for (const name of names) await rename(path.join(boot, name), path.join(aside, name));
  // While it is empty: cp keeps extended attributes too.
  await context.run('cp', ['--archive', '--no-target-directory', '--', boot, split]);
  for (const name of names) await rename(path.join(aside, name), path.join(split, name));
  const { epoch } = context.request;
  for (const folder of [boot, split]) await lutimes(folder, epoch, epoch);
  return split;
}
