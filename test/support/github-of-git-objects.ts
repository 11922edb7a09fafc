/** Objects of git as GitHub's Git Data API gives and takes them, by git's own commands in a bare repository. */

/** Runs git with standard input; gives its output without the last newline. */
export type RunGit = (args: string[], input?: string) => string;

export function refOf(ref: string, sha: string) {
  return { ref: `refs/${ref}`, object: { type: 'commit', sha } };
}

export function commitOf(git: RunGit, sha: string) {
  const [tree = '', date = '', parents = '', ...message] = git([
    'show',
    '-s',
    '--format=%T%n%cI%n%P%n%B',
    sha,
  ]).split('\n');
  return {
    sha,
    tree: { sha: tree },
    committer: { date: new Date(date).toISOString() },
    parents: parents.split(' ').flatMap((parent) => (parent === '' ? [] : [{ sha: parent }])),
    message: message.join('\n'),
  };
}

export function treeOf(git: RunGit, sha: string) {
  const lines = git(['ls-tree', '-r', '-t', '-l', '-z', sha]).split('\0');
  return lines.flatMap((line) => {
    const [, mode, type, id, size, path] = /^(\d+) (\w+) ([0-9a-f]+) +(\S+)\t(.+)$/s.exec(line) ?? [];
    return path === undefined
      ? []
      : [{ mode, type, sha: id, path, ...(size === '-' ? {} : { size: Number(size) }) }];
  });
}

/** As GitHub does: files put into a tree. The index is one of its own. */
export function makeTree(git: RunGit, { base_tree, tree }: Record<string, unknown>): string {
  const entries = new Map(
    git(['ls-tree', '-r', '-z', String(base_tree)])
      .split('\0')
      .flatMap((line) => {
        const [, entry, path] = /^(.+)\t(.+)$/s.exec(line) ?? [];
        return entry === undefined || path === undefined ? [] : [[path, entry]];
      }),
  );
  for (const { path, content } of Array.isArray(tree) ? tree : [])
    entries.set(String(path), `100644 blob ${git(['hash-object', '-w', '--stdin'], String(content))}`);
  return makeFolder(
    git,
    [...entries].map(([path, entry]) => ({ parts: path.split('/'), entry })),
  );
}

function makeFolder(git: RunGit, files: { parts: string[]; entry: string }[]): string {
  const folders = new Map<string, { parts: string[]; entry: string }[]>();
  const lines: string[] = [];
  for (const { parts, entry } of files) {
    const [name = '', ...rest] = parts;
    if (rest.length === 0) lines.push(`${entry}\t${name}`);
    else folders.set(name, [...(folders.get(name) ?? []), { parts: rest, entry }]);
  }
  for (const [name, inside] of folders) lines.push(`040000 tree ${makeFolder(git, inside)}\t${name}`);
  return git(['mktree', '-z'], lines.map((line) => `${line}\0`).join(''));
}
