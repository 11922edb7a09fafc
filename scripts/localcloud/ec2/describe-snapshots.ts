import { type CallContext, isVisible, maySee } from '../cloud.ts';
import { expireSnapshots } from '../ebs/open-snapshot.ts';
import type { Fields } from '../protocols/fields.ts';
import type { XmlStructure } from '../protocols/xml.ts';
import type { Snapshot } from '../state/types.ts';
import { type FilterTable, page, readFilters } from './filters.ts';
import { findSnapshot, snapshotState } from './find.ts';

/** Source: EC2 API Reference, DescribeSnapshots: by default those the caller owns or may make volumes of. */
export function describeSnapshots(fields: Fields, context: CallContext): XmlStructure {
  expireSnapshots(context);
  const ids = fields.texts('SnapshotId');
  const owners = fields.texts('Owner').map((owner) => (owner === 'self' ? context.identity.account : owner));
  const passes = readFilters(fields, filters(context));
  const candidates =
    ids.length > 0 ? [...new Set(ids)].map((id) => findSnapshot(id, context)) : listed(context);
  const snapshots = candidates
    .filter((snapshot) => owners.length === 0 || owners.includes(snapshot.owner))
    .filter((snapshot) => isRestorableBy(snapshot, fields.texts('RestorableBy'), context))
    .filter(passes);
  const { things, nextToken } = page(snapshots, fields, { min: 5, max: 1000, idsGiven: ids.length > 0 });
  return { snapshotSet: things.map((snapshot) => renderSnapshot(snapshot, context)), nextToken };
}

function listed(context: CallContext): Snapshot[] {
  return [...context.region.snapshots.values()].filter(
    (one) => isVisible(one, context) && maySee(one, context),
  );
}

function isRestorableBy(snapshot: Snapshot, who: readonly string[], context: CallContext): boolean {
  if (who.length === 0) return true;
  return who.some((one) => {
    if (one === 'all') return snapshot.sharing.public;
    return snapshot.sharing.accounts.includes(one === 'self' ? context.identity.account : one);
  });
}

function filters(context: CallContext): FilterTable<Snapshot> {
  return {
    'snapshot-id': (snapshot) => [snapshot.id],
    'owner-id': (snapshot) => [snapshot.owner],
    status: (snapshot) => [snapshotState(snapshot, context.now)],
    description: (snapshot) => [snapshot.description],
    encrypted: (snapshot) => [String(snapshot.encrypted)],
    'volume-size': (snapshot) => [String(snapshot.volumeSize)],
    progress: (snapshot) => [progress(snapshot, context)],
    'start-time': (snapshot) => [new Date(snapshot.startedAt).toISOString()],
  };
}

function renderSnapshot(snapshot: Snapshot, context: CallContext): XmlStructure {
  const state = snapshotState(snapshot, context.now);
  return {
    snapshotId: snapshot.id,
    volumeId: 'vol-ffffffff',
    status: state,
    statusMessage: state === 'error' ? 'The snapshot was not completed in time' : undefined,
    startTime: new Date(snapshot.startedAt),
    completionTime: state === 'completed' ? new Date(snapshot.completesAt ?? snapshot.startedAt) : undefined,
    progress: progress(snapshot, context),
    ownerId: snapshot.owner,
    volumeSize: snapshot.volumeSize,
    description: snapshot.description,
    encrypted: snapshot.encrypted,
    storageTier: 'standard',
    tagSet: snapshot.tags.length === 0 ? undefined : snapshot.tags.map(({ key, value }) => ({ key, value })),
  };
}

/** Only ever 0 or all: AWS's numbers between come from its own transfer. */
function progress(snapshot: Snapshot, context: CallContext): string {
  return snapshotState(snapshot, context.now) === 'completed' ? '100%' : '0%';
}
