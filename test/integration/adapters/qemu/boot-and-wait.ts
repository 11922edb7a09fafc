/** Boots an empty disk and waits to be killed: the process that machines.test.ts takes down. Argument: a folder. */
import path from 'node:path';
import { createMachines } from '../../../../scripts/adapters/qemu/machines.ts';

const folder = process.argv[2];
if (folder === undefined) throw new Error('a folder is needed');
await createMachines({ accelerator: 'tcg' }).boot({
  disk: path.join(folder, 'empty.raw'),
  diskFormat: 'raw',
  diskSize: 16 * 1024 * 1024,
  firmware: 'bios',
  architecture: 'amd64',
  folder: path.join(folder, 'guest'),
  hostname: 'test',
});
process.stdout.write('started\n');
setInterval(() => undefined, 1000);
