/** Images that differ from one that was built by a few files, written into it by debugfs: no mount, no rights. */
import { constants, copyFile, mkdtemp, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { findOffsets } from '../../scripts/adapters/disk/partitions.ts';
import { exec } from '../../scripts/adapters/host/exec.ts';

export interface Patch {
  /** Content of files by absolute path; what is there is replaced. Folders must be there. */
  files?: Record<string, string>;
  /** Targets of symbolic links by absolute path. */
  links?: Record<string, string>;
}

/**
 * Writes a copy of a raw image with these files, and its qcow2. Paths must hold no space.
 * @returns path of the qcow2
 */
export async function patchImage(
  raw: string,
  target: string,
  { files = {}, links = {} }: Patch,
): Promise<string> {
  const folder = await mkdtemp(path.join(path.dirname(target), 'patch-'));
  const copy = path.join(folder, 'disk.raw');
  await copyFile(raw, copy, constants.COPYFILE_FICLONE);
  const commands: string[] = [];
  for (const [index, [name, content]] of Object.entries(files).entries()) {
    const source = path.join(folder, `file-${index}`);
    await writeFile(source, content, { mode: 0o644 });
    commands.push(`rm ${name}`, `write ${source} ${name}`, `sif ${name} uid 0`, `sif ${name} gid 0`);
  }
  for (const [name, to] of Object.entries(links)) commands.push(`symlink ${name} ${to}`);
  const input = `${commands.join('\n')}\n`;
  await exec('debugfs', ['-w', '-f', '-', `${copy}?offset=${(await findOffsets(copy)).root}`], { input });
  await exec('qemu-img', ['convert', '-f', 'raw', '-O', 'qcow2', '--', copy, target]);
  await rm(folder, { recursive: true });
  return target;
}
