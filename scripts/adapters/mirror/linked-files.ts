/** A folder of links under the names that a mirror shows, as rsync's source: artifacts lie in many folders. */
import { mkdir, mkdtemp, rm, symlink } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import type { MirrorFile } from '../../ports.ts';

/**
 * Calls `use` with `<root>/<parent>/<name>` (= `source`) holding a symbolic link for each file, for `rsync -L`.
 * The links are removed after.
 */
export async function withLinkedFiles<T>(
  parent: string,
  name: string,
  files: readonly MirrorFile[],
  use: (folders: { root: string; source: string }) => Promise<T>,
): Promise<T> {
  const root = await mkdtemp(join(tmpdir(), 'aperiodic-'));
  try {
    const source = join(root, parent, name);
    await mkdir(source, { recursive: true });
    for (const file of files) await symlink(resolve(file.path), join(source, file.name));
    return await use({ root, source });
  } finally {
    await rm(root, { recursive: true, force: true });
  }
}
