/** Carries patches out on a disk image: no mount, no loop device, no rights. */
import { mkdtemp, open, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { findOffsets } from '../../scripts/adapters/disk/partitions.ts';
import { createDiskReader } from '../../scripts/adapters/disk/reader.ts';
import { exec } from '../../scripts/adapters/host/exec.ts';
import type { Patch } from './patch.ts';

const plainFile = 0o100644;
const sectorSize = 512;
const efiSystemPartition = 'C12A7328-F81F-11D2-BA4B-00A0C93EC93B';

/** Copies a disk image, holes and all, and patches the copy. */
export async function patchCopy(good: string, copy: string, patches: readonly Patch[]): Promise<void> {
  await exec('cp', ['--sparse=always', '--reflink=auto', '--', good, copy]);
  const folder = await mkdtemp(`${copy}.patch-`);
  try {
    for (const patch of patches) await applyPatch(copy, patch, folder);
  } finally {
    await rm(folder, { recursive: true });
  }
}

async function applyPatch(raw: string, patch: Patch, folder: string): Promise<void> {
  switch (patch.kind) {
    case 'bytes':
      return await writeBytes(
        raw,
        patch.offset + (patch.of === 'root' ? (await findOffsets(raw)).root : 0),
        patch.data,
      );
    case 'remove-from-esp':
      await exec('mdel', ['-i', `${raw}@@${await findEspOffset(raw)}`, `::${patch.path}`]);
      return;
    case 'file-system-id':
      await exec('tune2fs', ['-f', '-U', patch.uuid, `${raw}?offset=${(await findOffsets(raw)).root}`]);
      return;
    case 'replace':
      return await runDebugfs(
        raw,
        folder,
        await writing({ ...patch, content: await replaced(raw, patch) }, folder, raw),
      );
    case 'remove':
      return await runDebugfs(
        raw,
        folder,
        (await matching(raw, patch.path)).map((name) => `rm ${quote(name)}`),
      );
    case 'write':
      return await runDebugfs(raw, folder, await writing(patch, folder, raw));
    default:
      return await runDebugfs(raw, folder, commandsOf(patch));
  }
}

async function writeBytes(raw: string, offset: number, data: Uint8Array): Promise<void> {
  const handle = await open(raw, 'r+');
  try {
    await handle.write(data, 0, data.length, offset);
  } finally {
    await handle.close();
  }
}

async function findEspOffset(raw: string): Promise<number> {
  const { stdout } = await exec('sfdisk', ['--dump', '--', raw]);
  const start = new RegExp(`start=\\s*(\\d+),.*type=${efiSystemPartition}`).exec(stdout)?.[1];
  if (start === undefined) throw new Error('the image has no EFI system partition');
  return Number(start) * sectorSize;
}

async function replaced(
  raw: string,
  { path: file, from, to }: Extract<Patch, { kind: 'replace' }>,
): Promise<string> {
  const text = await (await createDiskReader().open(raw)).read(file);
  const changed = text?.replaceAll(from, to);
  if (changed === undefined || changed === text) throw new Error(`${file} has no '${from}' to replace`);
  return changed;
}

async function matching(raw: string, pattern: string): Promise<string[]> {
  if (!pattern.endsWith('*')) return [pattern];
  const folder = path.dirname(pattern);
  const names = (await (await createDiskReader().open(raw)).list(folder)) ?? [];
  const found = names.filter((name) => name.startsWith(path.basename(pattern).slice(0, -1)));
  if (found.length === 0) throw new Error(`nothing fits ${pattern}`);
  return found.map((name) => path.join(folder, name));
}

/** debugfs writes no file over another. */
async function writing(
  { path: file, content, mode = plainFile }: { path: string; content: string; mode?: number },
  folder: string,
  raw: string,
): Promise<string[]> {
  await writeFile(path.join(folder, 'content'), content);
  const names = await (await createDiskReader().open(raw)).list(path.dirname(file));
  return [
    ...(names?.includes(path.basename(file)) === true ? [`rm ${quote(file)}`] : []),
    `cd ${quote(path.dirname(file))}`,
    `write content ${quote(path.basename(file))}`,
    ...owned(path.basename(file), mode),
  ];
}

/** What debugfs makes belongs to whoever runs it. */
function owned(file: string, mode: number): string[] {
  return [
    `set_inode_field ${quote(file)} mode 0${mode.toString(8)}`,
    `set_inode_field ${quote(file)} uid 0`,
    `set_inode_field ${quote(file)} gid 0`,
  ];
}

function commandsOf(patch: Extract<Patch, { kind: 'link' | 'folder' | 'mode' | 'allocate' }>): string[] {
  const file = quote(patch.path);
  switch (patch.kind) {
    case 'link':
      return [`symlink ${file} ${quote(patch.target)}`];
    case 'folder':
      return [`mkdir ${file}`, ...owned(patch.path, 0o040755)];
    case 'mode':
      return [`set_inode_field ${file} mode 0${patch.mode.toString(8)}`];
    case 'allocate':
      return [
        `cd ${quote(path.dirname(patch.path))}`,
        `write /dev/null ${quote(path.basename(patch.path))}`,
        ...owned(path.basename(patch.path), plainFile),
        `fallocate ${file} 0 ${patch.blocks - 1}`,
        `set_inode_field ${file} size ${patch.blocks * 4096}`,
      ];
  }
}

/** debugfs ends well whatever happens: what it says is what tells. */
async function runDebugfs(raw: string, folder: string, commands: readonly string[]): Promise<void> {
  const source = `${path.resolve(raw)}?offset=${(await findOffsets(raw)).root}`;
  const { stderr } = await exec('debugfs', ['-w', '-f', '-', source], {
    cwd: folder,
    input: `${commands.join('\n')}\n`,
  });
  const complaints = stderr.split('\n').filter((line) => line !== '' && !/^debugfs \d/.test(line));
  if (complaints.length > 0) throw new Error(`debugfs: ${complaints.join('\n')}`);
}

function quote(name: string): string {
  if (/["\n]/.test(name)) throw new Error(`debugfs cannot be told of '${name}'`);
  return `"${name}"`;
}
