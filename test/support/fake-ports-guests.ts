/** Guests that pass every check, and the disk that they would boot from. */
import { readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import type { BootRequest, DiskReader, Machines } from '../../scripts/ports.ts';
import { makeDisk, trusted } from '../model/qa/context.ts';
import { steadyAnswers } from '../model/qa/good-answers.ts';
import { createFakeGuest } from '../stages/fake-guest.ts';
import { FakeVolumes, loggedIn } from './fake-replacement.ts';

const mib = 1024 ** 2;

/** Files of an image with nothing left over. */
export const cleanFiles = {
  ...trusted,
  '/boot/vmlinuz-6': '',
  '/boot/initrd.img-6': '',
  '/etc/cloud/cloud.cfg': 'system_info:\n  default_user:\n    name: cloud-user\n',
};

/** What a good guest answers, by check. @param packages one a line: name, version, architecture, state */
export function goodAnswers(world: { diskSize: number; seconds: number; packages: string }) {
  const { diskSize, seconds, packages } = world;
  return {
    ...steadyAnswers,
    'clock-right': `zone=Etc/UTC\nnow=${seconds}\n`,
    'cloud-init-done': `status: done
btime=1
result={"v1":{"datasource":"DataSourceNoCloud","errors":[]}}
status={"v1":{"modules-final":{"finished":61}}}`,
    'system-running': 'running\n',
    'system-running-again': 'running\n',
    'root-grown': `disk=${diskSize}\nstart=${mib}\nsize=${diskSize - 2 * mib}\noffered=${diskSize - 100 * mib}\n`,
    'efi-partition-mounted': '/dev/vda2 vfat rw\n',
    'fstab-in-use': '/ ext4 /dev/vda3 /dev/vda3\n',
    'accounts-locked': 'root:locked\n',
    'packages-pinned': packages,
    'kernel-arguments': 'console=ttyS0\n',
    'network-up': 'address=eth0\nroute=default\nresolver=10.0.2.3\nconfigured=1\nreply=aperiodic\n',
    'boot-menu-updates': 'code=0\nkernel=6\nuuid=1\nentry: /boot/vmlinuz-6 root=UUID=1\n',
  };
}

/** @param now what the clock of the ports says. @param broken check that answers nothing */
export function createFakeMachines(now: () => Date, broken?: string): Machines {
  const volumes = new FakeVolumes();
  return {
    accelerator: async () => 'tcg',
    boot: async (request: BootRequest) => {
      await writeFile(path.join(request.folder, 'serial.log'), `${request.firmware} serial\n`);
      if (request.dataDisk !== undefined) {
        const tryLogin = async () => loggedIn;
        return createFakeGuest(request, { answers: volumes.answers(request), tryLogin }, []);
      }
      // The fake builder writes what is installed into the image.
      const packages = await readFile(request.disk, 'utf8');
      const seconds = Math.floor(now().getTime() / 1000);
      const good: Record<string, string> = goodAnswers({ diskSize: request.diskSize, seconds, packages });
      const answers = broken === undefined ? good : { ...good, [broken]: '' };
      return createFakeGuest(request, { answers }, []);
    },
  };
}

export const fakeDisks: DiskReader = { open: async () => makeDisk(cleanFiles) };
