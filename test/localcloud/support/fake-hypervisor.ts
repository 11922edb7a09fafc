import { appendFile, mkdir } from 'node:fs/promises';
import path from 'node:path';
import {
  type Guest,
  type GuestEnd,
  type GuestPlan,
  type Hypervisor,
  SERIAL_LOG,
} from '../../../scripts/localcloud/compute/hypervisor.ts';

/** A guest that does nothing but what a test tells it. */
export interface FakeGuest {
  plan: GuestPlan;
  /** What was asked of it, in order. */
  asked: string[];
  end(how: GuestEnd): void;
}

export interface FakeHypervisor extends Hypervisor {
  guests: FakeGuest[];
  running(): FakeGuest[];
  /** The next starts fail with this. */
  failure: Error | undefined;
  /** Whether guests follow the power button. */
  obedient: boolean;
  /** Starts wait for this. */
  gate: Promise<void>;
}

export function createFakeHypervisor(): FakeHypervisor {
  const ended = new Set<FakeGuest>();
  const fake: FakeHypervisor = {
    guests: [],
    running: () => fake.guests.filter((guest) => !ended.has(guest)),
    failure: undefined,
    obedient: true,
    gate: Promise.resolve(),
    async start(plan) {
      await fake.gate;
      if (fake.failure !== undefined) throw fake.failure;
      await mkdir(plan.folder, { recursive: true });
      await appendFile(path.join(plan.folder, SERIAL_LOG), `boot of ${plan.instanceId}\n`);
      let end: (how: GuestEnd) => void = () => undefined;
      const over = new Promise<GuestEnd>((resolve) => {
        end = resolve;
      });
      const guest: FakeGuest = {
        plan,
        asked: [],
        end(how) {
          ended.add(guest);
          end(how);
        },
      };
      fake.guests.push(guest);
      return portOf(guest, over, () => fake.obedient);
    },
  };
  return fake;
}

function portOf(guest: FakeGuest, ended: Promise<GuestEnd>, obedient: () => boolean): Guest {
  return {
    sshPort: guest.plan.forwardSsh ? 40_022 : undefined,
    ended,
    async pressPower() {
      guest.asked.push('power');
      if (obedient()) guest.end('powered-off');
    },
    async reboot() {
      guest.asked.push('reboot');
    },
    async kill() {
      guest.asked.push('kill');
      guest.end('killed');
    },
    async screenshot() {
      return Buffer.from('picture');
    },
    async attach({ volumeId }) {
      guest.asked.push(`attach ${volumeId}`);
    },
    async detach(volumeId) {
      guest.asked.push(`detach ${volumeId}`);
    },
  };
}
