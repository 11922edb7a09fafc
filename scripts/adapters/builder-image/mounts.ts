/** How a program sees the files of a builder image: its system read-only, and nothing else. */
import { readlink } from 'node:fs/promises';
import path from 'node:path';
import { AperiodicError } from '../../model/errors.ts';
import { statOf } from '../host/files.ts';

/** Of the root, what programs are made of. Homes, logs and state of the image are nobody's business. */
const system = ['usr', 'etc', 'opt', 'bin', 'sbin', 'lib', 'lib32', 'lib64', 'libx32'];

/**
 * Arguments for bwrap. In the new root, /dev, /proc, /tmp, /run and /var are as empty as on a machine that just started.
 * @param root of the builder, unpacked
 * @throws AperiodicError `invalid` for a root whose /bin and the like lead elsewhere than into its /usr
 */
export async function mountBuilder(root: string): Promise<string[]> {
  const mounts: string[] = [];
  for (const name of system) {
    const source = path.join(root, name);
    const stat = await statOf(source);
    if (stat?.isDirectory()) mounts.push('--ro-bind', source, `/${name}`);
    if (!stat?.isSymbolicLink()) continue;
    const target = await readlink(source);
    if (!/^\/?usr\/[a-z0-9]+$/.test(target))
      throw new AperiodicError(
        'invalid',
        `/${name} of the builder image is a link to ${target.slice(0, 100)}`,
      );
    mounts.push('--symlink', target, `/${name}`);
  }
  return [
    ...mounts,
    ...['--dev', '/dev', '--proc', '/proc', '--tmpfs', '/tmp', '--tmpfs', '/run', '--dir', '/var'],
    ...['--symlink', '/tmp', '/var/tmp'],
  ];
}

/** Whether a path of the host can be mounted at the same place beside a builder's system. */
export function canMount(file: string): boolean {
  const [, top = ''] = path.resolve(file).split('/');
  return ![...system, 'dev', 'proc', 'sys', ''].includes(top);
}
