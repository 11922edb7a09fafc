/** A release that is killed after one call of it, and started again. */
import assert from 'node:assert/strict';
import type { TestContext } from 'node:test';
import type { LogEntry } from '../../scripts/localcloud/request-log.ts';
import type { Architecture } from '../../scripts/model/types.generated.ts';
import { assertOne } from './cloud-asserts.ts';
import { type CloudPorts, type CloudWorld, makeWorld, releaseAll } from './cloud-world.ts';

class Killed extends Error {}

export interface Kills {
  /** Calls that count of a run that nothing disturbs. */
  calls: number;
  /** How often a run was killed. */
  kills: number;
}

/**
 * Kills a release after its first, second, … call that counts, each time in a new account, and runs it again there, until
 * one run ends before it could be killed. Each time the end must be the same, and a third run must write nothing.
 * @param isCounted which calls a run is killed after
 */
export async function sweepKills(
  t: TestContext,
  isCounted: (entry: LogEntry) => boolean,
  architectures: readonly Architecture[] = ['amd64'],
): Promise<Kills> {
  for (let kills = 0; ; kills++) {
    const { calls, wasKilled, what } = await killOnce(t, kills + 1, isCounted, architectures);
    if (!wasKilled) return { calls, kills };
    t.diagnostic(`killed after call ${kills + 1} that counts: ${what}`);
  }
}

async function killOnce(
  t: TestContext,
  after: number,
  isCounted: (entry: LogEntry) => boolean,
  architectures: readonly Architecture[],
): Promise<{ calls: number; wasKilled: boolean; what: string }> {
  let counted = 0;
  let killed: LogEntry | undefined;
  const world = await makeWorld(t, {
    architectures,
    blocks: [0, 3],
    onCall: (entry) => {
      if (killed !== undefined || !isCounted(entry)) return;
      counted += 1;
      if (counted !== after) return;
      killed = entry;
      // Whatever the dead process had under way does not arrive any more.
      world.local.faults.add({ kind: 'down' });
    },
  });
  try {
    const isDead = () => killed !== undefined;
    await releaseAll(world, mortal(world.ports(), isDead)).catch((error: unknown) => {
      if (!isDead()) throw error;
    });
    const wasKilled = isDead();
    const calls = world.local.log().filter(isCounted).length;
    world.local.faults.clear();
    killed ??= world.local.log().at(-1);
    await releaseAll(world, world.ports());
    await assertOne(world);
    await assertQuiet(world);
    return { calls, wasKilled, what: `${killed?.call} in ${killed?.region}` };
  } finally {
    await world.stop();
  }
}

/** After its death a process neither waits nor writes. */
function mortal(ports: CloudPorts, isDead: () => boolean): CloudPorts {
  const check = () => {
    if (isDead()) throw new Killed('killed');
  };
  return {
    ...ports,
    clock: {
      now: () => ports.clock.now(),
      sleep: async (ms) => {
        check();
        await ports.clock.sleep(ms);
        check();
      },
    },
    values: {
      load: ports.values.load,
      save: async (name, value) => {
        check();
        await ports.values.save(name, value);
      },
    },
    forge: {
      head: ports.forge.head,
      commit: async (request) => {
        check();
        return await ports.forge.commit(request);
      },
    },
  };
}

async function assertQuiet(world: CloudWorld): Promise<void> {
  const end = world.local.log().at(-1)?.number ?? 0;
  await releaseAll(world, world.ports());
  const writes = world.local.log(end).filter(({ access }) => access === 'write');
  assert.deepEqual(
    writes.map(({ call, region }) => `${call} in ${region}`),
    [],
  );
}
