/** The files of one commit (or of a work tree), as everything that decides reads them. */
import { AperiodicError } from './errors.ts';

export interface Tree {
  readonly commit: string;
  /** UTC date of the commit. */
  readonly date: Date;
  /**
   * Content of a regular file; undefined when the tree has none at that path.
   * @throws AperiodicError `invalid` naming the path, when it is a symbolic link or leads through one: links are not
   *   followed, so that nothing outside of the repository is ever read.
   */
  read(path: string): Promise<string | undefined>;
  /** Paths of all files below a folder, symbolic links among them, relative to the root of the repository. */
  list(folder: string): Promise<string[]>;
  /**
   * Names of the contents of all files below a folder, by path: equal for equal content. Absent where they are not known
   * without reading everything.
   */
  digests?(folder: string): Promise<Map<string, string>>;
  /** Says which files will be read next, and in which order, where it is cheaper to fetch many at once. */
  expect?(paths: readonly string[]): void;
}

/**
 * Whether a path names something inside a tree by itself: relative, with forward slashes, without `.`, `..`, empty
 * parts, backslashes and control characters.
 */
export function isTreePath(path: string): boolean {
  if (path.length === 0 || path.length > 4096) return false;
  for (const char of path) if (char === '\\' || char < ' ' || char === '\u007f') return false;
  return path.split('/').every((part) => part !== '' && part !== '.' && part !== '..');
}

/** For adapters: refuses a path that could leave the tree. @throws AperiodicError `invalid` */
export function assertTreePath(path: string): void {
  if (isTreePath(path)) return;
  throw new AperiodicError('invalid', `'${path}' is not a path inside the repository`);
}

/** For adapters: the error for a symbolic link. */
export function symbolicLinkError(path: string): AperiodicError {
  return new AperiodicError('invalid', 'is a symbolic link: symbolic links are not followed', { file: path });
}
