/** Ending what a launch started, and what a run that was killed left of one. */
import type { ImageIdentity } from '../../model/aws-names.ts';
import { leftoverTags } from '../../model/launch.ts';
import type { CloudInstance, CloudRegion, Ports } from '../../ports.ts';
import { settle } from '../cloud/settle.ts';

/** Milliseconds that an instance may take to end. */
const ended = 15 * 60_000;

export interface Started {
  instance?: string | undefined;
  /** Name of the key pair. */
  key?: string | undefined;
}

/**
 * Afterwards no instance of a launch of this version and architecture runs, and its key pair and group are gone. Safe to
 * repeat.
 * @param started what may be too new to be found
 */
export async function clearLaunch(
  identity: ImageIdentity,
  region: CloudRegion,
  { clock, log }: Pick<Ports, 'clock' | 'log'>,
  started: Started = {},
): Promise<void> {
  const tags = leftoverTags(identity);
  const found = (await region.findInstances(tags)).map(({ id }) => id);
  const own = started.instance === undefined ? [] : [started.instance];
  const ids = [...new Set([...own, ...found])];
  for (const id of ids) {
    if (id !== started.instance)
      log.info(`ending the instance ${id} in ${region.id}: a leftover of a launch`);
    await region.terminateInstance(id);
  }
  const keys = new Set(await region.findKeys(tags));
  if (started.key !== undefined) keys.add(started.key);
  for (const key of keys) await region.deleteKey(key);
  const groups = await region.findGroups(tags);
  // An instance that is ending costs nothing any more, but keeps its group.
  const states: readonly CloudInstance['state'][] = groups.length > 0 ? ['gone'] : ['gone', 'ending'];
  for (const id of ids) {
    await settle({
      what: `the instance ${id} in ${region.id} has ended`,
      read: () => region.instance(id),
      accept: (instance) => instance === undefined || states.includes(instance.state),
      limit: ended,
      clock,
    });
  }
  for (const group of groups) await region.removeGroup(group);
}
