/** Files for mirrors, and what a folder holds. */
import { createHash } from 'node:crypto';
import { mkdir, readdir, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { MirrorFile } from '../../scripts/ports.ts';

/** Writes each content into a folder of its own, as artifacts lie, in the order given. */
export async function makeMirrorFiles(
  folder: string,
  contents: Record<string, string | Buffer>,
): Promise<MirrorFile[]> {
  const files: MirrorFile[] = [];
  for (const [name, content] of Object.entries(contents)) {
    const sha256 = createHash('sha256').update(content).digest('hex');
    const path = join(folder, `artifact-${sha256.slice(0, 16)}`);
    await mkdir(folder, { recursive: true });
    await writeFile(path, content);
    files.push({ name, path, sha256, size: Buffer.byteLength(content) });
  }
  return files;
}

/** Everything below a folder with what changes when it is written: paths, inodes, sizes and times. */
export async function snapshot(folder: string): Promise<string[]> {
  const lines: string[] = [];
  for (const path of (await readdir(folder, { recursive: true })).sort()) {
    const found = await stat(join(folder, path), { bigint: true });
    lines.push(`${path} ${found.ino} ${found.size} ${found.mtimeNs} ${found.ctimeNs} ${found.mode}`);
  }
  return lines;
}
