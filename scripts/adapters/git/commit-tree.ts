/** The tree of one commit, read from git's object store: no work tree takes part. */
import { AperiodicError } from '../../model/errors.ts';
import { assertTreePath, symbolicLinkError, type Tree } from '../../model/tree.ts';
import { type Blob, type BlobReader, createBlobReader } from './blobs.ts';
import type { Git } from './git.ts';

/** Largest file that is read, in bytes: as much as YAML may have. */
export const maxFileBytes = 4 * 1024 * 1024;

export interface Entry {
  /** Of git, such as 100644. */
  mode: string;
  oid: string;
  /** Undefined for a submodule. */
  size: number | undefined;
}

/** @throws AperiodicError `not-found` when the clone lacks the commit */
export async function readCommitTree(git: Git, commit: string): Promise<Tree> {
  const date = await dateOfCommit(git, commit);
  const blobs = createBlobReader(git);
  let listing: Promise<Map<string, Entry>> | undefined;
  const entries = () => {
    listing ??= listEntries(git, commit);
    return listing;
  };
  return treeOfEntries({ commit, date }, entries, blobs);
}

/** A tree out of what lists the files of a commit, and what reads them. Links and what leads through them are refused. */
export function treeOfEntries(
  { commit, date }: Pick<Tree, 'commit' | 'date'>,
  entries: () => Promise<Map<string, Entry>>,
  blobs: BlobReader,
): Tree {
  let expected: readonly string[] = [];
  return {
    commit,
    date,
    expect: (paths) => {
      expected = paths;
    },
    read: async (path) => {
      assertTreePath(path);
      const all = await entries();
      refuseLinkedParents(all, path);
      const entry = all.get(path);
      return entry === undefined
        ? undefined
        : readFile(blobs, path, entry, () => findNear(all, path, expected));
    },
    list: async (folder) => {
      if (folder !== '') assertTreePath(folder);
      const all = await entries();
      refuseLinkedParents(all, folder);
      if (all.get(folder)?.mode === '120000') throw symbolicLinkError(folder);
      return [...all.keys()].filter((path) => folder === '' || path.startsWith(`${folder}/`)).sort();
    },
    digests: async (folder) => {
      const digests = new Map<string, string>();
      for (const [path, { oid }] of await entries())
        if (path.startsWith(`${folder}/`)) digests.set(path, oid);
      return digests;
    },
  };
}

/** Committer date, in UTC. */
export async function dateOfCommit(git: Git, commit: string): Promise<Date> {
  const { stdout } = await git(['cat-file', 'commit', commit], {
    failure: 'not-found',
    what: `the commit ${commit} is not in the clone`,
  });
  const [, seconds] = /^committer .*> (\d+) [+-]\d{4}$/m.exec(stdout) ?? [];
  if (seconds === undefined) throw new AperiodicError('invalid', `the commit ${commit} has no date`);
  return new Date(Number(seconds) * 1000);
}

async function listEntries(git: Git, commit: string): Promise<Map<string, Entry>> {
  const { stdout } = await git(['ls-tree', '-r', '-z', '-l', '--full-tree', commit]);
  const entries = new Map<string, Entry>();
  for (const record of stdout.split('\0')) {
    const [, mode, oid, size, path] = /^(\d+) \w+ ([0-9a-f]+) +(\d+|-)\t(.*)$/s.exec(record) ?? [];
    if (mode === undefined || oid === undefined || path === undefined) continue;
    entries.set(path, { mode, oid, size: size === '-' ? undefined : Number(size) });
  }
  return entries;
}

/** In git's tree a path through a link does not exist; saying so plainly is better than "not found". */
function refuseLinkedParents(entries: Map<string, Entry>, path: string): void {
  for (let cut = path.indexOf('/'); cut > 0; cut = path.indexOf('/', cut + 1)) {
    if (entries.get(path.slice(0, cut))?.mode === '120000') throw symbolicLinkError(path.slice(0, cut));
  }
}

async function readFile(
  blobs: BlobReader,
  path: string,
  { mode, oid, size }: Entry,
  near: () => Blob[],
): Promise<string> {
  const refuse = (what: string) => new AperiodicError('invalid', what, { file: path });
  if (mode === '120000') throw symbolicLinkError(path);
  if (size === undefined) throw refuse('is a submodule: submodules are not read');
  if (size > maxFileBytes) throw refuse(`is larger than ${maxFileBytes} bytes`);
  const text = await blobs.read({ oid, size }, near);
  if (text === undefined) throw refuse('is not text in UTF-8');
  return text;
}

/** What is expected after this file; else files of the same folder: a stream's are read together. */
function findNear(all: Map<string, Entry>, path: string, expected: readonly string[]): Blob[] {
  const at = expected.indexOf(path);
  const folder = path.slice(0, path.lastIndexOf('/') + 1);
  const names =
    at >= 0
      ? expected.slice(at + 1)
      : [...all.keys()].filter((name) => name.startsWith(folder) && !name.includes('/', folder.length));
  return names.flatMap((name) => {
    const { mode, oid, size } = all.get(name) ?? {};
    if (oid === undefined || mode === '120000' || size === undefined || size > maxFileBytes) return [];
    return [{ oid, size }];
  });
}
