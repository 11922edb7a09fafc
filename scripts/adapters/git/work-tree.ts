/** The files of a folder as a tree: what a person has before their eyes, committed or not. */
import { constants } from 'node:fs';
import { open, readdir, realpath } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { AperiodicError } from '../../model/errors.ts';
import { assertTreePath, symbolicLinkError, type Tree } from '../../model/tree.ts';
import { hasCode, statOf } from '../host/files.ts';
import { dateOfCommit, maxFileBytes } from './commit-tree.ts';
import { decodeText } from './decode-text.ts';
import { createGit } from './git.ts';

/** What stands for "no commit" where a value must name one. */
export const noCommit = '0'.repeat(40);

/**
 * `commit` and `date` are those of git's HEAD when the folder is the top of a clone that has one, else zeros and now.
 * @throws AperiodicError `not-found` when the folder is not there
 */
export async function createWorkTree(root: string): Promise<Tree> {
  const top = await realpath(root).catch((cause: unknown) => {
    throw new AperiodicError('not-found', `the folder ${resolve(root)} is not there`, { cause });
  });
  const { commit, date } = await readHead(top);
  return {
    commit,
    date,
    read: async (path) => {
      assertTreePath(path);
      return readText(top, path);
    },
    list: async (folder) => {
      if (folder !== '') assertTreePath(folder);
      return (await listBelow(top, folder)).sort();
    },
  };
}

async function readHead(top: string): Promise<{ commit: string; date: Date }> {
  const none = { commit: noCommit, date: new Date() };
  const git = createGit(top);
  const { exitCode, stdout, stderr } = await git(['rev-parse', '--show-toplevel', '--verify', 'HEAD'], {
    accept: [0, 1, 128],
  });
  if (/dubious ownership/.test(stderr)) {
    throw new AperiodicError('invalid', `git does not read ${top}, which another user owns: see its words`, {
      detail: stderr,
    });
  }
  const [folder, commit] = stdout.trimEnd().split('\n').slice(-2);
  if (exitCode !== 0 || folder !== top || commit === undefined) return none;
  return { commit, date: await dateOfCommit(git, commit) };
}

async function readText(top: string, path: string): Promise<string | undefined> {
  const refuse = (what: string, line?: number) => new AperiodicError('invalid', what, { file: path, line });
  await refuseLinkedParents(top, path);
  const stat = await statOf(join(top, path));
  if (stat === undefined || stat.isDirectory()) return undefined;
  if (stat.isSymbolicLink()) throw symbolicLinkError(path);
  if (!stat.isFile()) throw refuse('is not a regular file');
  // The flags hold against a file that is exchanged after the look above.
  const handle = await open(
    join(top, path),
    constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK,
  );
  try {
    const { size } = await handle.stat();
    if (size > maxFileBytes) throw refuse(`is larger than ${maxFileBytes} bytes`);
    const text = decodeText(await handle.readFile());
    if (typeof text === 'number') throw refuse('is not text in UTF-8', text);
    return text;
  } finally {
    await handle.close();
  }
}

async function listBelow(top: string, folder: string): Promise<string[]> {
  if (folder !== '') await refuseLinkedParents(top, `${folder}/.`);
  const paths: string[] = [];
  const names = await readdir(join(top, folder), { withFileTypes: true }).catch((error: unknown) => {
    if (hasCode(error, 'ENOENT', 'ENOTDIR')) return [];
    throw error;
  });
  for (const entry of names) {
    const path = folder === '' ? entry.name : `${folder}/${entry.name}`;
    // The one thing at the top of a clone that is not part of its files.
    if (path === '.git') continue;
    if (entry.isDirectory()) paths.push(...(await listBelow(top, path)));
    else paths.push(path);
  }
  return paths;
}

/** Every part of a path but the last. */
async function refuseLinkedParents(top: string, path: string): Promise<void> {
  for (let cut = path.indexOf('/'); cut > 0; cut = path.indexOf('/', cut + 1)) {
    const parent = path.slice(0, cut);
    if ((await statOf(join(top, parent)))?.isSymbolicLink()) throw symbolicLinkError(parent);
  }
}
