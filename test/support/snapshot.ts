/** What a folder holds, to compare before and after: path, kind, size, time and, for files, a digest. */
import { lstat, readdir, readlink } from 'node:fs/promises';
import path from 'node:path';
import { sha256OfFile } from '../../scripts/adapters/host/digest.ts';

export async function snapshot(folder: string): Promise<string[]> {
  const lines: string[] = [];
  for (const entry of (await readdir(folder, { recursive: true, withFileTypes: true })).sort(byPath)) {
    const full = path.join(entry.parentPath, entry.name);
    const { size, mtimeMs } = await lstat(full);
    const name = path.relative(folder, full);
    if (entry.isDirectory()) lines.push(`${name}/ ${mtimeMs}`);
    else if (entry.isSymbolicLink()) lines.push(`${name} -> ${await readlink(full)}`);
    else lines.push(`${name} ${size} ${mtimeMs} ${(await sha256OfFile(full)).sha256}`);
  }
  return lines;
}

function byPath(a: { parentPath: string; name: string }, b: { parentPath: string; name: string }): number {
  const [left, right] = [path.join(a.parentPath, a.name), path.join(b.parentPath, b.name)];
  return left < right ? -1 : left > right ? 1 : 0;
}
