/** What is in the folder that shows a site. */
import { readdir, readFile } from 'node:fs/promises';
import path from 'node:path';

/** Every file with its content, by path, sorted. */
export async function readSite(folder: string): Promise<Record<string, string>> {
  const names = await readdir(`${folder}/`, { recursive: true, withFileTypes: true });
  const files = names
    .filter((entry) => entry.isFile())
    .map((entry) => path.join(entry.parentPath, entry.name));
  const texts = await Promise.all(
    files.map(async (file) => [path.relative(folder, file), await readFile(file, 'utf8')]),
  );
  return Object.fromEntries(texts.sort());
}
