import type { CallContext } from '../cloud.ts';
import { CloudError } from '../errors.ts';

/** Room for more snapshots in the account's quota. Source: EC2 API Reference, error code SnapshotLimitExceeded. */
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
