/** A file system that is soon full. */
import { exec } from '../../scripts/adapters/host/exec.ts';

/** Mounts one of this many KiB over a folder; needs root, or sudo without a password. @returns what unmounts it */
export async function mountSmallDisk(folder: string, kib: number): Promise<() => Promise<void>> {
  const asRoot = async (command: string, args: readonly string[]) => {
    if (process.getuid?.() === 0) await exec(command, args);
    else await exec('sudo', ['-n', '--', command, ...args]);
  };
  await asRoot('mount', ['-t', 'tmpfs', '-o', `size=${kib}k,mode=0777`, 'aperiodic-test', folder]);
  return () => asRoot('umount', ['--', folder]);
}
