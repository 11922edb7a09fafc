/** Checks that are about whether a disk can be used in a cloud at all. */
import { type ImageCheck, judgeFindings, passed } from './check.ts';
import { present } from './image-checks.ts';

/** Failed by the stage when the disk cannot be opened: then there is nothing for any other check to look at. */
export const diskReadable: ImageCheck = {
  id: 'disk-readable',
  title: 'The disk can be read',
  purpose: 'What cannot be read cannot be checked, and hardly boots.',
  expectation: 'The image has a GPT with a root partition, and its ext4 file system can be listed.',
  async inspect(disk) {
    const names = (await disk.list('/')) ?? [];
    return judgeFindings(
      names.length > 0 ? [] : ['the root folder is empty'],
      `${names.length} entries in /`,
    );
  },
};

/** By all names that they had: the network one was renamed in cloud-init 24.3. */
const services = [
  ['cloud-init-local'],
  ['cloud-init', 'cloud-init-network'],
  ['cloud-config'],
  ['cloud-final'],
];
const off = ['/etc/cloud/cloud-init.disabled'];

/** cloud-init documentation, "Boot stages": four services, off when a file says so. */
export const cloudInitEnabled: ImageCheck = {
  id: 'cloud-init-enabled',
  title: 'cloud-init is there and on',
  purpose: 'Without it nobody gets a key into an instance, and no log of the instance says why.',
  expectation:
    'Where the pins hold cloud-init, its program and its four services are in the image, enabled and not switched off.',
  async inspect(disk, { job }) {
    if (!job.pins.packages.some(({ name }) => name === 'cloud-init')) return passed('not asked for');
    const enabled = (await disk.list('/etc/systemd/system/cloud-init.target.wants')) ?? [];
    const program = await present(disk, ['/usr/bin/cloud-init']);
    return judgeFindings(
      [
        ...(program.length > 0 ? [] : ['/usr/bin/cloud-init is missing']),
        ...services
          .filter((names) => !names.some((name) => enabled.includes(`${name}.service`)))
          .map(([name]) => `${name}.service is not enabled`),
        ...(await present(disk, off)).map((path) => `${path} switches it off`),
        ...(
          await present(
            disk,
            services.flat().map((name) => `/etc/systemd/system/${name}.service`),
          )
        ).map((path) => `${path} takes the place of the package's`),
      ],
      'program and services',
    );
  },
};
