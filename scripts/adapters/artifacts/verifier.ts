/** Digests of files, remembered while a file looks untouched: a raw image of gigabytes is not hashed at each stage. */
import { stat } from 'node:fs/promises';
import { sha256OfFile } from '../host/digest.ts';

export interface Verifier {
  /** Whether the file's content is what the reference says. Reads it only when it looks changed since the last time. */
  matches(path: string, expected: { sha256: string; size: number }): Promise<boolean>;
  /** Notes the digest of a file whose content was just read. */
  remember(path: string, sha256: string): Promise<void>;
}

/** What it remembers ends with the process: another one reads again. */
export function createVerifier(): Verifier {
  const known = new Map<string, { mark: string; sha256: string }>();
  return {
    matches: async (path, expected) => {
      const before = await look(path);
      if (before.size !== expected.size) return false;
      const remembered = known.get(path);
      if (remembered?.mark === before.mark) return remembered.sha256 === expected.sha256;
      const { sha256 } = await sha256OfFile(path);
      if ((await look(path)).mark === before.mark) known.set(path, { mark: before.mark, sha256 });
      return sha256 === expected.sha256;
    },
    remember: async (path, sha256) => {
      known.set(path, { mark: (await look(path)).mark, sha256 });
    },
  };
}

/** The change time is part of it: a program can set a modification time back, but not that one. */
async function look(path: string): Promise<{ mark: string; size: number }> {
  const found = await stat(path, { bigint: true });
  const mark = [found.dev, found.ino, found.size, found.mtimeNs, found.ctimeNs].join(':');
  return { mark, size: Number(found.size) };
}
