/** Snapshots of one region: EBS direct for their blocks, EC2 for the rest. */
import { createHash } from 'node:crypto';
import type { Snapshot } from '@aws-sdk/client-ec2';
import { AperiodicError } from '../../model/errors.ts';
import type { CloudRegion, CloudSnapshot } from '../../ports.ts';
import type { Clients } from './clients.ts';
import type { Caller } from './retry.ts';
import { readTags, tagFilters, writeTags } from './tags.ts';

type Snapshots = Pick<
  CloudRegion,
  | 'findSnapshots'
  | 'snapshot'
  | 'startSnapshot'
  | 'putBlock'
  | 'completeSnapshot'
  | 'listBlocks'
  | 'getBlock'
  | 'snapshotSharing'
  | 'shareSnapshot'
  | 'deleteSnapshot'
>;

/** Minutes that an unfinished snapshot waits for its next block, so that a run can be taken up again the next day. */
const timeoutMinutes = 1440;

export function createSnapshots(clients: Clients, { region, send }: Caller): Snapshots {
  return {
    findSnapshots: async (tags) => {
      const { client, sdk } = await clients.ec2();
      const found: CloudSnapshot[] = [];
      let NextToken: string | undefined;
      do {
        const page = await send('DescribeSnapshots', () =>
          client.send(
            new sdk.DescribeSnapshotsCommand({
              OwnerIds: ['self'],
              Filters: tagFilters(tags),
              MaxResults: 1000,
              NextToken,
            }),
          ),
        );
        found.push(...(page.Snapshots ?? []).map(readSnapshot));
        NextToken = page.NextToken;
      } while (NextToken !== undefined && NextToken !== '');
      return found.sort((a, b) => (a.createdAt + a.id < b.createdAt + b.id ? -1 : 1));
    },
    snapshot: async (id) => {
      const { client, sdk } = await clients.ec2();
      const command = new sdk.DescribeSnapshotsCommand({ SnapshotIds: [id] });
      const found = send('DescribeSnapshots', () => client.send(command)).then((one) => one.Snapshots ?? []);
      return (await orNothing(found, [])).map(readSnapshot).find((one) => one.id === id);
    },
    startSnapshot: async ({ gibibytes, description, tags, token }) => {
      const { client, sdk } = await clients.ebs();
      const command = new sdk.StartSnapshotCommand({
        VolumeSize: gibibytes,
        Description: description,
        Tags: writeTags(tags),
        ClientToken: token,
        Timeout: timeoutMinutes,
      });
      const { SnapshotId } = await send('StartSnapshot', () => client.send(command));
      return wanted(SnapshotId, 'StartSnapshot');
    },
    putBlock: async (snapshot, index, data, digest) => {
      const { client, sdk } = await clients.ebs();
      const answer = await send(
        'PutSnapshotBlock',
        () =>
          client.send(
            new sdk.PutSnapshotBlockCommand({
              SnapshotId: snapshot,
              BlockIndex: index,
              BlockData: data,
              DataLength: data.length,
              Checksum: digest,
              ChecksumAlgorithm: 'SHA256',
            }),
          ),
        'new',
      );
      if (answer.Checksum === undefined || answer.Checksum === digest) return;
      throw new AperiodicError(
        'digest-mismatch',
        `AWS took block ${index} of ${snapshot} with other bytes: run again`,
      );
    },
    completeSnapshot: async (snapshot, count, checksum) => {
      const { client, sdk } = await clients.ebs();
      const command = new sdk.CompleteSnapshotCommand({
        SnapshotId: snapshot,
        ChangedBlocksCount: count,
        Checksum: checksum,
        ChecksumAlgorithm: 'SHA256',
        ChecksumAggregationMethod: 'LINEAR',
      });
      await send('CompleteSnapshot', () => client.send(command), 'new').catch(asConflict);
    },
    listBlocks: async (snapshot) => {
      const { client, sdk } = await clients.ebs();
      const blocks: { index: number; token: string }[] = [];
      let NextToken: string | undefined;
      do {
        const page = await send(
          'ListSnapshotBlocks',
          () =>
            client.send(
              new sdk.ListSnapshotBlocksCommand({ SnapshotId: snapshot, MaxResults: 10_000, NextToken }),
            ),
          'new',
        );
        for (const { BlockIndex, BlockToken } of page.Blocks ?? [])
          if (BlockIndex !== undefined && BlockToken !== undefined)
            blocks.push({ index: BlockIndex, token: BlockToken });
        NextToken = page.NextToken;
      } while (NextToken !== undefined && NextToken !== '');
      return blocks;
    },
    getBlock: async (snapshot, index, token) => {
      const { client, sdk } = await clients.ebs();
      // The body is part of the call: a connection may end in the middle of it.
      return await send(
        'GetSnapshotBlock',
        async () => {
          const { BlockData, Checksum } = await client.send(
            new sdk.GetSnapshotBlockCommand({ SnapshotId: snapshot, BlockIndex: index, BlockToken: token }),
          );
          const bytes = (await BlockData?.transformToByteArray()) ?? new Uint8Array();
          if (createHash('sha256').update(bytes).digest('base64') === Checksum) return bytes;
          throw Object.assign(new Error(`block ${index} of ${snapshot} arrived damaged`), {
            code: 'ECONNRESET',
          });
        },
        'new',
      );
    },
    snapshotSharing: async (id) => {
      const { client, sdk } = await clients.ec2();
      const command = new sdk.DescribeSnapshotAttributeCommand({
        SnapshotId: id,
        Attribute: 'createVolumePermission',
      });
      const { CreateVolumePermissions = [] } = await send(
        'DescribeSnapshotAttribute',
        () => client.send(command),
        'new',
      );
      return CreateVolumePermissions.some(({ Group }) => Group === 'all') ? 'public' : 'private';
    },
    shareSnapshot: async (id, sharing) => {
      const { client, sdk } = await clients.ec2();
      const all = [{ Group: 'all' as const }];
      const command = new sdk.ModifySnapshotAttributeCommand({
        SnapshotId: id,
        Attribute: 'createVolumePermission',
        CreateVolumePermission: sharing === 'public' ? { Add: all } : { Remove: all },
      });
      await send('ModifySnapshotAttribute', () => client.send(command), 'new');
    },
    deleteSnapshot: async (id) => {
      const { client, sdk } = await clients.ec2();
      const command = new sdk.DeleteSnapshotCommand({ SnapshotId: id });
      await orNothing(
        send('DeleteSnapshot', () => client.send(command)).then(() => undefined),
        undefined,
      );
    },
  };

  function wanted(id: string | undefined, call: string): string {
    if (id !== undefined) return id;
    throw new AperiodicError('internal', `${call} in ${region} answered without an id`);
  }
}

function readSnapshot(snapshot: Snapshot): CloudSnapshot {
  const { State } = snapshot;
  return {
    id: snapshot.SnapshotId ?? '',
    state: State === 'completed' ? 'completed' : State === 'error' ? 'error' : 'pending',
    encrypted: snapshot.Encrypted === true,
    tags: readTags(snapshot.Tags),
    createdAt: snapshot.StartTime?.toISOString() ?? '',
  };
}

/** What is not there is no error here. */
export async function orNothing<T>(call: Promise<T>, nothing: T): Promise<T> {
  try {
    return await call;
  } catch (error) {
    if (error instanceof AperiodicError && error.code === 'not-found') return nothing;
    throw error;
  }
}

/** CompleteSnapshot refuses a wrong count or checksum as an invalid request: the caller wants to know both as one. */
function asConflict(error: unknown): never {
  const wrong =
    error instanceof AperiodicError && error.code === 'internal' && /ValidationException/.test(error.message);
  if (!wrong) throw error;
  throw new AperiodicError('conflict', error.message, { detail: error.detail, cause: error });
}
