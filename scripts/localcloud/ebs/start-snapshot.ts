import { type CallContext, keepToken, recallToken, visibility } from '../cloud.ts';
import { checkSnapshotQuota } from '../ec2/snapshot-quota.ts';
import { CloudError, invalidRequest } from '../errors.ts';
import { newId } from '../ids.ts';
import { seconds } from '../protocols/json.ts';
import type { RestAnswer, RestRequest } from '../protocols/rest.ts';
import type { Snapshot } from '../state/types.ts';
import { findReadable, touch } from './open-snapshot.ts';

const MAX_GIB = 65_536;

/**
 * A new snapshot that takes blocks. The same ClientToken gives the same snapshot; with other parameters it is a
 * ConflictException. Timeout is 10 to 4320 minutes, default 60. With a parent, volume and encryption must fit.
 * Source: EBS direct API Reference, StartSnapshot.
 */
export function startSnapshot(request: RestRequest, context: CallContext): RestAnswer {
  const { region, identity, now } = context;
  const fields = request.json();
  const token = fields.text('ClientToken');
  const known = recallToken(context, token, fields.canonical(), () => {
    return new CloudError('ConflictException', 'The client token was used with other parameters');
  });
  const before = known === undefined ? undefined : region.snapshots.get(known);
  if (before !== undefined) return answer(before);

  const volumeSize = fields.integer('VolumeSize') ?? 0;
  if (volumeSize < 1 || volumeSize > MAX_GIB) {
    throw invalidRequest('INVALID_VOLUME_SIZE', `VolumeSize must be 1 to ${MAX_GIB} GiB`);
  }
  const timeout = fields.integer('Timeout') ?? 60;
  if (timeout < 10 || timeout > 4320)
    throw invalidRequest('INVALID_PARAMETER_VALUE', 'Timeout must be 10 to 4320');
  const tags = fields
    .items('Tags')
    .map((tag) => ({ key: tag.text('Key') ?? '', value: tag.text('Value') ?? '' }));
  const bad = tags.find(
    ({ key, value }) => key === '' || key.length > 127 || value.length > 255 || /^aws:/i.test(key),
  );
  if (
    bad !== undefined ||
    tags.length > context.cloud.limits.tags ||
    new Set(tags.map((one) => one.key)).size < tags.length
  ) {
    throw invalidRequest('INVALID_TAG', 'The tags are not valid');
  }
  const description = fields.text('Description') ?? '';
  if (description.length > 255)
    throw invalidRequest('INVALID_PARAMETER_VALUE', 'Description has over 255 characters');
  const parent = parentOf(fields.text('ParentSnapshotId'), volumeSize, context);
  if (parent !== undefined && fields.flag('Encrypted') !== undefined) {
    throw invalidRequest('INVALID_PARAMETER_VALUE', 'Encrypted cannot be given beside ParentSnapshotId');
  }
  checkQuotas(context);
  const snapshot: Snapshot = {
    id: newId('snap'),
    owner: identity.account,
    description,
    volumeSize,
    encrypted:
      parent?.encrypted ?? (region.settings.ebsEncryptionByDefault || fields.flag('Encrypted') === true),
    phase: 'open',
    startedAt: now,
    timeout,
    ...(parent === undefined ? {} : { parent: parent.id }),
    sharing: { public: false, accounts: [] },
    tags,
    ...visibility(context),
  };
  region.snapshots.set(snapshot.id, snapshot);
  touch(snapshot, now);
  keepToken(context, token, fields.canonical(), snapshot.id);
  region.changed();
  return answer(snapshot);
}

function parentOf(id: string | undefined, volumeSize: number, context: CallContext): Snapshot | undefined {
  if (id === undefined) return undefined;
  const parent = findReadable(id, context);
  if (volumeSize >= parent.volumeSize) return parent;
  throw invalidRequest(
    'INVALID_VOLUME_SIZE',
    `The parent has ${parent.volumeSize} GiB: VolumeSize cannot be less`,
  );
}

/** Source: EBS direct API Reference, StartSnapshot, errors ConcurrentLimitExceededException, ServiceQuotaExceededException. */
function checkQuotas(context: CallContext): void {
  const open = [...context.region.snapshots.values()].filter(
    (one) => one.phase === 'open' && one.owner === context.identity.account,
  );
  if (open.length >= context.cloud.limits.pendingSnapshots) {
    throw new CloudError(
      'ConcurrentLimitExceededException',
      'You have reached the limit for pending snapshots',
    );
  }
  try {
    checkSnapshotQuota(context, 1);
  } catch (error) {
    if (!(error instanceof CloudError)) throw error;
    throw new CloudError('ServiceQuotaExceededException', error.message, {
      reason: 'DEPENDENCY_SERVICE_QUOTA_EXCEEDED',
    });
  }
}

function answer(snapshot: Snapshot): RestAnswer {
  return {
    status: 201,
    json: {
      SnapshotId: snapshot.id,
      OwnerId: snapshot.owner,
      Status: snapshot.phase === 'open' ? 'pending' : snapshot.phase === 'failed' ? 'error' : 'completed',
      StartTime: seconds(snapshot.startedAt),
      VolumeSize: snapshot.volumeSize,
      BlockSize: 524_288,
      Description: snapshot.description,
      ParentSnapshotId: snapshot.parent,
      Tags: snapshot.tags.map(({ key, value }) => ({ Key: key, Value: value })),
      SseType: snapshot.encrypted ? 'sse-kms' : 'none',
    },
  };
}
