import { createHash } from 'node:crypto';
import { CompleteSnapshotCommand, PutSnapshotBlockCommand, StartSnapshotCommand } from '@aws-sdk/client-ebs';
import {
  DescribeSnapshotsCommand,
  RegisterImageCommand,
  type RegisterImageCommandInput,
} from '@aws-sdk/client-ec2';
import type { Clients } from './clients.ts';

export const BLOCK_SIZE = 524_288;

/** A block that is full of one byte. */
export function blockOf(byte: number): Buffer {
  return Buffer.alloc(BLOCK_SIZE, byte);
}

export function sha256(data: Uint8Array): string {
  return createHash('sha256').update(data).digest('base64');
}

export function linear(blocks: readonly Uint8Array[]): string {
  const hash = createHash('sha256');
  for (const block of blocks) hash.update(createHash('sha256').update(block).digest());
  return hash.digest('base64');
}

export async function putBlock(
  clients: Clients,
  snapshotId: string,
  index: number,
  data: Buffer,
): Promise<void> {
  await clients.ebs.send(
    new PutSnapshotBlockCommand({
      SnapshotId: snapshotId,
      BlockIndex: index,
      BlockData: data,
      DataLength: data.length,
      Checksum: sha256(data),
      ChecksumAlgorithm: 'SHA256',
    }),
  );
}

/** A snapshot of 1 GiB with these blocks from index 0 on, completed. */
export async function makeSnapshot(
  clients: Clients,
  blocks: readonly Buffer[] = [blockOf(1)],
  parent?: string,
): Promise<string> {
  const { SnapshotId: id = '' } = await clients.ebs.send(
    new StartSnapshotCommand({
      VolumeSize: 1,
      ...(parent === undefined ? {} : { ParentSnapshotId: parent }),
    }),
  );
  for (const [index, data] of blocks.entries()) await putBlock(clients, id, index, data);
  await clients.ebs.send(
    new CompleteSnapshotCommand({
      SnapshotId: id,
      ChangedBlocksCount: blocks.length,
      Checksum: linear(blocks),
      ChecksumAlgorithm: 'SHA256',
      ChecksumAggregationMethod: 'LINEAR',
    }),
  );
  for (;;) {
    const { Snapshots = [] } = await clients.ec2.send(new DescribeSnapshotsCommand({ SnapshotIds: [id] }));
    if (Snapshots[0]?.State !== 'pending') return id;
    await new Promise((resolve) => setTimeout(resolve, 1000));
  }
}

/** An image of today's kind from a snapshot. */
export async function makeImage(
  clients: Clients,
  name: string,
  snapshotId: string,
  more: Partial<RegisterImageCommandInput> = {},
): Promise<string> {
  const { ImageId = '' } = await clients.ec2.send(
    new RegisterImageCommand({
      Name: name,
      Description: 'made by a test',
      Architecture: 'x86_64',
      VirtualizationType: 'hvm',
      EnaSupport: true,
      BootMode: 'uefi-preferred',
      ImdsSupport: 'v2.0',
      RootDeviceName: '/dev/xvda',
      BlockDeviceMappings: [
        {
          DeviceName: '/dev/xvda',
          Ebs: { SnapshotId: snapshotId, VolumeType: 'gp3', DeleteOnTermination: true },
        },
      ],
      TagSpecifications: [{ ResourceType: 'image', Tags: [{ Key: 'stream', Value: 'test' }] }],
      ...more,
    }),
  );
  return ImageId;
}
