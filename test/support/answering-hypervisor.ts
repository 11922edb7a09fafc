/** Guests that boot nothing and say on their console what a good image says. */
import { appendFile } from 'node:fs/promises';
import path from 'node:path';
import { type Hypervisor, SERIAL_LOG } from '../../scripts/localcloud/compute/hypervisor.ts';
import { createFakeHypervisor } from '../localcloud/support/fake-hypervisor.ts';
import { goodConsole } from './fake-logins.ts';

export function createAnsweringHypervisor(): Hypervisor {
  const fake = createFakeHypervisor();
  return {
    start: async (plan) => {
      const guest = await fake.start(plan);
      await appendFile(path.join(plan.folder, SERIAL_LOG), goodConsole);
      return guest;
    },
  };
}
