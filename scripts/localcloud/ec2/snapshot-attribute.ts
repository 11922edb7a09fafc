import type { CallContext } from '../cloud.ts';
import { CloudError, invalidParameter } from '../errors.ts';
import { type Fields, required } from '../protocols/fields.ts';
import type { XmlStructure } from '../protocols/xml.ts';
import { findOwnSnapshot } from './find.ts';
import { applySharing, readSharingChange, renderSharing } from './sharing.ts';

/**
 * Who may make volumes of a snapshot. Encrypted ones cannot be public, none while block public access is on.
 * Sources: EC2 API Reference, ModifySnapshotAttribute; EBS User Guide, "Block public access for Amazon EBS snapshots".
 */
export function modifySnapshotAttribute(fields: Fields, context: CallContext): XmlStructure {
  const snapshot = findOwnSnapshot(required(fields, 'SnapshotId'), context);
  const change = readSharingChange(fields, 'CreateVolumePermission');
  if (change === undefined) throw new CloudError('InvalidParameterCombination', 'No attributes specified.');
  const sharing = applySharing(snapshot.sharing, change);
  if (sharing.public && !snapshot.sharing.public) {
    if (snapshot.encrypted) {
      throw new CloudError('OperationNotPermitted', 'Encrypted snapshots cannot be shared publicly');
    }
    if (context.region.settings.snapshotBlockPublicAccess !== 'unblocked') {
      throw new CloudError(
        'OperationNotPermitted',
        'You can’t publicly share this snapshot because block public access for snapshots is enabled for this account.',
      );
    }
  }
  snapshot.sharing = sharing;
  context.region.changed();
  return { return: true };
}

/** Source: EC2 API Reference, DescribeSnapshotAttribute. */
export function describeSnapshotAttribute(fields: Fields, context: CallContext): XmlStructure {
  const snapshot = findOwnSnapshot(required(fields, 'SnapshotId'), context);
  const attribute = required(fields, 'Attribute');
  if (attribute !== 'createVolumePermission') {
    throw invalidParameter(`Value (${attribute}) for parameter attribute is invalid`);
  }
  return { snapshotId: snapshot.id, createVolumePermission: renderSharing(snapshot.sharing) };
}
