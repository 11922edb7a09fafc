/** The initramfs of the newest kernel, by the image's own tool. */
import { access } from 'node:fs/promises';
import type { BuildContext } from './context.ts';

/**
 * Fedora's dracut or Debian's initramfs-tools. For any machine, not for the one that builds; dracut is told not to store
 * dates (dracut(8), --reproducible).
 */
export async function makeInitramfs(context: BuildContext, kernel: string): Promise<void> {
  context.note('making the initramfs');
  const dracut = await access(await context.followed('/usr/bin/dracut')).then(
    () => true,
    () => false,
  );
  const command = dracut
    ? ['dracut', '--force', '--no-hostonly', '--reproducible', '--kver', kernel, `/boot/initrd.img-${kernel}`]
    : ['update-initramfs', '-c', '-k', kernel];
  // Else its hook would write down the swap of the building machine to resume from (initramfs-tools: hooks/resume).
  const env = { RESUME: 'none' };
  await context.runInRoot(command, { env, what: 'the initramfs could not be made' });
}
