/** What an event does to the record of an instance. */
import { type InstanceEvent, nextState, reasonOf } from '../rules/instance-states.ts';
import type { Instance, Volume } from '../state/compute-types.ts';
import type { Region } from '../state/region.ts';

/** Tag with the port on 127.0.0.1 that leads to the guest's port 22; there while the instance runs. */
export const SSH_PORT_TAG = 'localcloud:ssh-port';

/**
 * Changes state, reason and what goes with them.
 * @param now the cloud's time
 * @param detail of what went wrong, for the message of the reason
 * @returns false when the state refuses the event; nothing has changed then
 */
export function applyEvent(instance: Instance, event: InstanceEvent, now: number, detail?: string): boolean {
  const before = instance.state;
  const next = nextState(before, event, instance);
  if (next === undefined) return false;
  if (next === before) return true;
  instance.state = next;
  // Who asked for the end stays the reason when the end has come.
  if (before !== 'stopping' && before !== 'shutting-down') setReason(instance, event, before, now, detail);
  if (next === 'running') instance.ran = true;
  else dropTag(instance);
  if (next === 'pending') instance.launchedAt = now;
  if (next === 'terminated') instance.terminatedAt = now;
  return true;
}

function setReason(
  instance: Instance,
  event: InstanceEvent,
  before: Instance['state'],
  now: number,
  detail?: string,
): void {
  const reason = reasonOf(event, before);
  if (reason === undefined) delete instance.stateReason;
  else if (detail === undefined) instance.stateReason = reason;
  else instance.stateReason = { code: reason.code, message: `${reason.message} (${detail})` };
  const date = new Date(now).toISOString().replace('T', ' ').slice(0, 19);
  const who =
    event === 'stop' || event === 'terminate' ? 'User' : event === 'powered-off' ? 'Instance' : 'Server';
  instance.transition = event === 'start' || event === 'booted' ? '' : `${who} initiated (${date} GMT)`;
}

function dropTag(instance: Instance): void {
  instance.tags = instance.tags.filter((tag) => tag.key !== SSH_PORT_TAG);
}

/** Volumes of an instance, the root first. */
export function volumesOf(region: Region, instance: Pick<Instance, 'id' | 'rootDeviceName'>): Volume[] {
  const all = [...region.volumes.values()].filter((volume) => volume.attachment?.instanceId === instance.id);
  const isRoot = (volume: Volume) => volume.attachment?.device === instance.rootDeviceName;
  return [...all.filter(isRoot), ...all.filter((volume) => !isRoot(volume))];
}

/**
 * Lets go of the volumes of a terminated instance. Source: EBS User Guide, DeleteOnTermination.
 * @returns ids of those that are gone and whose files may go
 */
export function releaseVolumes(region: Region, instance: Instance): string[] {
  const gone: string[] = [];
  for (const volume of volumesOf(region, instance)) {
    if (volume.attachment?.deleteOnTermination === true) {
      region.volumes.delete(volume.id);
      gone.push(volume.id);
    } else delete volume.attachment;
  }
  return gone;
}
