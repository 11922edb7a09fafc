/** Pins of commits that were released, and what changed between them. */
import { type PackageChanges, readPackageChanges } from '../../model/site/package-changes.ts';
import type { ArchitectureChanges } from '../../model/site/part.ts';
import { pinsPath } from '../../model/streams.ts';
import type { ChangesWanted } from '../../ports/site.ts';
import { createBlobReader } from '../git/blobs.ts';
import { maxFileBytes } from '../git/commit-tree.ts';
import type { Git } from '../git/git.ts';

/**
 * By stream and version. Left out: releases whose commits are not in the clone, and pins that cannot be read today: they were
 * checked when they were merged.
 */
export async function readChanges(
  git: Git,
  wanted: readonly ChangesWanted[],
): Promise<Map<string, ArchitectureChanges[]>> {
  const names = wanted.flatMap(({ stream, commit, previous, architectures }) =>
    architectures.flatMap((architecture) =>
      [commit, ...(previous === undefined ? [] : [previous])].map((one) => nameOf(one, stream, architecture)),
    ),
  );
  const texts = await readTexts(git, [...new Set(names)]);
  const result = new Map<string, ArchitectureChanges[]>();
  for (const { stream, version, commit, previous, architectures } of wanted) {
    const changes = architectures.flatMap((architecture) => {
      const now = texts.get(nameOf(commit, stream, architecture));
      const before = previous === undefined ? undefined : texts.get(nameOf(previous, stream, architecture));
      if (now === undefined || (previous !== undefined && before === undefined)) return [];
      const packages = tryChanges(before, now);
      return packages === undefined ? [] : [{ architecture, packages }];
    });
    if (changes.length > 0) result.set(`${stream} ${version}`, changes);
  }
  return result;
}

function nameOf(commit: string, stream: string, architecture: ArchitectureChanges['architecture']): string {
  return `${commit}:${pinsPath(stream, architecture)}`;
}

function tryChanges(before: string | undefined, now: string): PackageChanges | undefined {
  try {
    return readPackageChanges(before, now);
  } catch {
    return undefined;
  }
}

/** One call says which are there, others give them. What is not UTF-8 is left out. */
async function readTexts(git: Git, names: readonly string[]): Promise<Map<string, string>> {
  const texts = new Map<string, string>();
  if (names.length === 0) return texts;
  const check = await git(['cat-file', '--batch-check'], { input: `${names.join('\n')}\n` });
  const found = check.stdout.split('\n').flatMap((line, index) => {
    const [, oid, size] = /^([0-9a-f]+) blob (\d+)$/.exec(line) ?? [];
    const name = names[index];
    if (oid === undefined || name === undefined || Number(size) > maxFileBytes) return [];
    return [{ name, blob: { oid, size: Number(size) } }];
  });
  const blobs = createBlobReader(git);
  for (const [index, { name, blob }] of found.entries()) {
    // A few at a time: what git gives is kept in memory as a whole.
    const near = () => found.slice(index + 1, index + 50).map((one) => one.blob);
    const text = await blobs.read(blob, near);
    if (text !== undefined) texts.set(name, text);
  }
  return texts;
}
