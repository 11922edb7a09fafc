/** The code and the assets that make a site. */
import { createHash } from 'node:crypto';
import { readdir, readFile } from 'node:fs/promises';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import type { PublishedFile } from '../../model/site/file.ts';

const scripts = fileURLToPath(new URL('../..', import.meta.url));
const schemas = path.join(scripts, '../schemas');

/** Folders of code that says what is valid and what pages are like, below scripts/. */
const pure = ['model', 'render', 'stages/site'];

/** Of all that code: who changes a line of it makes all pages again, and no page is ever what another version made. */
export async function digestCode(): Promise<string> {
  const hash = createHash('sha256');
  const folders = [...pure.map((name) => path.join(scripts, name)), schemas];
  for (const folder of folders) {
    const names = await readdir(folder, { recursive: true, withFileTypes: true });
    const files = names
      .filter((entry) => entry.isFile())
      .map((entry) => path.join(entry.parentPath, entry.name));
    for (const file of files.sort()) {
      hash.update(`${path.relative(scripts, file)}\0`);
      hash.update(await readFile(file));
    }
  }
  return hash.digest('hex');
}

const assetFolder = path.join(scripts, 'render/site/assets');

export async function readAssets(): Promise<{
  files: PublishedFile[];
  names: { style: string; script: string; icon: string };
}> {
  const files: PublishedFile[] = [];
  const read = async (name: string) => {
    const content = await readFile(path.join(assetFolder, name), 'utf8');
    const digest = createHash('sha256').update(content).digest('hex').slice(0, 12);
    const { name: stem, ext } = path.parse(name);
    const named = `${stem}.${digest}${ext}`;
    files.push({ path: `assets/${named}`, content });
    return named;
  };
  const names = {
    style: await read('site.css'),
    script: await read('site.js'),
    icon: await read('icon.svg'),
  };
  return { files, names };
}
