/** The mirror that an address of the configuration speaks of. */
import type { MirrorAddress } from '../../model/types.generated.ts';
import type { Mirror } from '../../ports.ts';
import { createDirectoryMirror } from './directory.ts';
import { createRsyncMirror } from './rsync.ts';

export function createMirror(id: string, address: MirrorAddress): Mirror {
  if ('directory' in address) return createDirectoryMirror(id, address.directory);
  return createRsyncMirror(id, address.rsync, { passwordFile: address.passwordFile });
}
