import { type CallContext, isVisible, maySee } from '../cloud.ts';
import { snapshotState } from '../ec2/find.ts';
import { CloudError, invalidRequest } from '../errors.ts';
import type { Snapshot } from '../state/types.ts';

export const BLOCK_SIZE = 524_288;

/** Last block of open snapshots, by id. In memory only: after a restart the time begins anew. */
const lastWrite = new WeakMap<Snapshot, number>();

export function touch(snapshot: Snapshot, now: number): void {
  lastWrite.set(snapshot, now);
}

/**
 * An open snapshot fails when it is not completed within its timeout after the last block.
 * Source: EBS direct API Reference, StartSnapshot, "Timeout".
 */
export function expireSnapshots(context: CallContext): void {
  for (const snapshot of context.region.snapshots.values()) {
    if (snapshot.phase !== 'open') continue;
    if (!lastWrite.has(snapshot)) touch(snapshot, Math.max(snapshot.startedAt, context.now));
    if (context.now < (lastWrite.get(snapshot) ?? context.now) + snapshot.timeout * 60_000) continue;
    snapshot.phase = 'failed';
    context.region.changed();
  }
}

/** Source: EBS direct API Reference, ResourceNotFoundException with reason SNAPSHOT_NOT_FOUND. */
export function findForEbs(id: string, context: CallContext): Snapshot {
  if (!/^snap-[0-9a-f]+$/.test(id))
    throw invalidRequest('INVALID_SNAPSHOT_ID', `The snapshot id '${id}' is not valid`);
  expireSnapshots(context);
  const snapshot = context.region.snapshots.get(id);
  if (snapshot !== undefined && isVisible(snapshot, context) && maySee(snapshot, context)) return snapshot;
  throw new CloudError('ResourceNotFoundException', `The snapshot '${id}' does not exist.`, {
    reason: 'SNAPSHOT_NOT_FOUND',
  });
}

/** A snapshot of the caller that takes blocks. */
export function findOpen(id: string, context: CallContext): Snapshot {
  const snapshot = findForEbs(id, context);
  if (snapshot.owner !== context.identity.account) {
    throw new CloudError('AccessDeniedException', 'The snapshot belongs to another account', {
      reason: 'UNAUTHORIZED_ACCOUNT',
    });
  }
  if (snapshot.phase === 'open') return snapshot;
  throw invalidRequest('INVALID_SNAPSHOT_ID', `The snapshot '${id}' is not in the pending state`);
}

/**
 * A completed snapshot whose blocks may be read. Public ones cannot be read by EBS direct.
 * Source: EBS User Guide, "Use EBS direct APIs to access the contents of an EBS snapshot", considerations.
 */
export function findReadable(id: string, context: CallContext): Snapshot {
  const snapshot = findForEbs(id, context);
  if (snapshot.sharing.public) {
    throw invalidRequest('INVALID_SNAPSHOT_ID', `The snapshot '${id}' is public: its blocks cannot be read`);
  }
  if (snapshotState(snapshot, context.now) === 'completed') return snapshot;
  throw invalidRequest('INVALID_SNAPSHOT_ID', `The snapshot '${id}' is not in the completed state`);
}

/** Blocks in a volume of a snapshot's size. */
export function blockCount(snapshot: Snapshot): number {
  return (snapshot.volumeSize * 2 ** 30) / BLOCK_SIZE;
}
