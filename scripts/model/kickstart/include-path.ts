/** Where an %include points to. */
import { posix } from 'node:path';
import { AperiodicError } from '../errors.ts';
import type { Origin } from './image-spec.ts';
import { quote } from './line-rules.ts';

const includeLine = /^\s*%include[ \t]+(?:"([^"]*)"|'([^']*)'|([^\s"'#]+))[ \t]*(?:#.*)?$/;

/**
 * The path that an %include line names, as written.
 * @throws AperiodicError `invalid` unless it is a plain relative path
 */
export function readIncludePath(text: string, origin: Origin): string {
  const found = includeLine.exec(text);
  const path = found?.[1] ?? found?.[2] ?? found?.[3];
  if (path === undefined || path === '') {
    throw new AperiodicError('invalid', '%include takes one path: %include FILE', origin);
  }
  if (path.includes('://')) {
    throw new AperiodicError(
      'invalid',
      `%include ${quote(path)}: an address cannot be included, commit the file`,
      origin,
    );
  }
  if (path.startsWith('/')) {
    const why =
      'an absolute path cannot be included (no %pre writes one here): commit the file beside this one';
    throw new AperiodicError('invalid', `%include ${quote(path)}: ${why}`, origin);
  }
  if (!/^[A-Za-z0-9._+/-]+$/.test(path) || path.endsWith('/')) {
    throw new AperiodicError(
      'invalid',
      `%include ${quote(path)}: a path is letters, digits and ./+_- only`,
      origin,
    );
  }
  return path;
}

/**
 * The files that an %include may mean, best first: from the including file's folder, then from the entry's.
 * @throws AperiodicError `invalid` when the first lies outside of the repository
 */
export function candidatePaths(path: string, origin: Origin, entry: string): string[] {
  const near = posix.join(posix.dirname(origin.file), path);
  if (leaves(near)) {
    throw new AperiodicError('invalid', `%include ${quote(path)}: leaves the repository`, origin);
  }
  const far = posix.join(posix.dirname(entry), path);
  return leaves(far) || far === near ? [near] : [near, far];
}

/** Whether a normal relative path points above its start or is not relative. */
export function leaves(path: string): boolean {
  return path === '..' || path.startsWith('../') || path.startsWith('/');
}
