import type { CallContext } from '../cloud.ts';
import { CloudError } from '../errors.ts';

/**
 * Room for more snapshots in the account's quota; failed ones count here. EBS direct has another code for the same, see
 * ebs/start-snapshot.ts.
 * Sources: EC2 API Reference, "Error codes for the Amazon EC2 API", SnapshotLimitExceeded; EBS User Guide, "Quotas for
 * Amazon EBS", Snapshots per Region.
 */
export function checkSnapshotQuota(context: CallContext, more: number): void {
  const quota = context.region.settings.snapshots;
  const mine = [...context.region.snapshots.values()].filter(
    (one) => one.owner === context.identity.account,
  ).length;
  if (mine + more <= quota) return;
  throw new CloudError(
    'SnapshotLimitExceeded',
    `You have reached your quota of ${quota} snapshots in this Region.`,
  );
}
