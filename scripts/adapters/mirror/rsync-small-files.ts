/** The small files of a mirror behind an rsync daemon that change. */
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Mirror } from '../../ports.ts';
import { statOf } from '../host/files.ts';
import { checkSmallFile, notAsWritten, tooLarge } from './layout.ts';
import type { Rsync } from './rsync-client.ts';
import { isMissing } from './rsync-output.ts';

/** @param url of the module's folder, without a slash at the end */
export function createSmallFiles(id: string, url: string, rsync: Rsync): Pick<Mirror, 'replace' | 'read'> {
  const read: Mirror['read'] = async (folder, name, maxBytes) => {
    checkSmallFile(folder, name);
    return await withFolder(async (root) => {
      const target = join(root, name);
      const source = ['--', `${url}/${folder}/${name}`];
      const { exitCode } = await rsync([`--max-size=${maxBytes}`, ...source, target], { accept: isMissing });
      if (exitCode !== 0) return undefined;
      if ((await statOf(target))?.isFile()) return await readFile(target, 'utf8');
      // One that is too large is left out without an error, and so is what is no regular file.
      const listed = await rsync(['--list-only', '--no-h', ...source], { accept: isMissing });
      if (listed.exitCode !== 0 || !listed.stdout.startsWith('-')) return undefined;
      throw tooLarge(id, `${folder}/${name}`, maxBytes);
    });
  };
  return {
    read,
    // The server takes the file under a hidden name and renames it: that is how rsync writes unless it is told otherwise.
    replace: async (folder, name, content) => {
      checkSmallFile(folder, name);
      await withFolder(async (root) => {
        await mkdir(join(root, folder), { recursive: true });
        await writeFile(join(root, folder, name), content);
        const args = ['-R', '--checksum', '--chmod=D755,F644'];
        await rsync([...args, '--', `${root}/./${folder}/${name}`, `${url}/`]);
      });
      if ((await read(folder, name, Buffer.byteLength(content))) !== content)
        throw notAsWritten(id, `${folder}/${name}`);
    },
  };
}

async function withFolder<T>(use: (root: string) => Promise<T>): Promise<T> {
  const root = await mkdtemp(join(tmpdir(), 'aperiodic-'));
  try {
    return await use(root);
  } finally {
    await rm(root, { recursive: true, force: true });
  }
}
