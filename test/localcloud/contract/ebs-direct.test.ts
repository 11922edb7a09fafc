import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import {
  CompleteSnapshotCommand,
  GetSnapshotBlockCommand,
  ListChangedBlocksCommand,
  ListSnapshotBlocksCommand,
  PutSnapshotBlockCommand,
  StartSnapshotCommand,
} from '@aws-sdk/client-ebs';
import { DescribeSnapshotsCommand } from '@aws-sdk/client-ec2';
import { errorOf } from '../support/clients.ts';
import { BLOCK_SIZE, blockOf, linear, makeSnapshot, putBlock, sha256 } from '../support/snapshots.ts';
import { useTarget } from '../support/target.ts';

describe('contract: EBS direct', () => {
  const target = useTarget();

  async function start(more: { ClientToken?: string; Description?: string } = {}): Promise<string> {
    const { SnapshotId = '' } = await target().here.ebs.send(
      new StartSnapshotCommand({ VolumeSize: 1, ...more }),
    );
    return SnapshotId;
  }

  test('blocks come back as they were written', async () => {
    const { here } = target();
    const id = await start({ Description: 'contract' });
    const blocks = new Map([
      [0, blockOf(7)],
      [5, blockOf(8)],
      [2047, blockOf(7)],
    ]);
    for (const [index, data] of blocks) await putBlock(here, id, index, data);
    await here.ebs.send(
      new CompleteSnapshotCommand({
        SnapshotId: id,
        ChangedBlocksCount: 3,
        Checksum: linear([...blocks.values()]),
        ChecksumAlgorithm: 'SHA256',
        ChecksumAggregationMethod: 'LINEAR',
      }),
    );
    const { Snapshots = [] } = await here.ec2.send(new DescribeSnapshotsCommand({ SnapshotIds: [id] }));
    assert.equal(Snapshots[0]?.Description, 'contract');
    const listing = await here.ebs.send(new ListSnapshotBlocksCommand({ SnapshotId: id }));
    assert.equal(listing.BlockSize, BLOCK_SIZE);
    assert.equal(listing.VolumeSize, 1);
    assert.deepEqual(
      listing.Blocks?.map((block) => block.BlockIndex),
      [...blocks.keys()],
    );
    for (const { BlockIndex, BlockToken } of listing.Blocks ?? []) {
      const got = await here.ebs.send(
        new GetSnapshotBlockCommand({ SnapshotId: id, BlockIndex, BlockToken }),
      );
      const data = Buffer.from((await got.BlockData?.transformToByteArray()) ?? []);
      assert.equal(got.DataLength, BLOCK_SIZE);
      assert.equal(got.Checksum, sha256(data));
      assert.ok(data.equals(blocks.get(BlockIndex ?? -1) ?? Buffer.alloc(0)));
    }
  });

  test('the same client token gives the same snapshot', async () => {
    const ClientToken = `token-${target().unique}`;
    const id = await start({ ClientToken });
    assert.equal(await start({ ClientToken }), id);
    assert.equal(await errorOf(start({ ClientToken, Description: 'other' })), 'ConflictException');
  });

  test('a block with a wrong checksum, length or index is refused', async () => {
    const { here } = target();
    const SnapshotId = await start();
    const data = blockOf(1);
    const put = (more: object): Promise<string> =>
      errorOf(
        here.ebs.send(
          new PutSnapshotBlockCommand({
            SnapshotId,
            BlockIndex: 0,
            BlockData: data,
            DataLength: data.length,
            Checksum: sha256(data),
            ChecksumAlgorithm: 'SHA256',
            ...more,
          }),
        ),
      );
    assert.equal(await put({ Checksum: sha256(blockOf(2)) }), 'ValidationException');
    assert.equal(await put({ BlockIndex: 2048 }), 'ValidationException');
    const short = data.subarray(1);
    assert.equal(
      await put({ BlockData: short, DataLength: short.length, Checksum: sha256(short) }),
      'ValidationException',
    );
    assert.equal(await put({ SnapshotId: 'snap-00000000000000000' }), 'ResourceNotFoundException');
  });

  test('a completed snapshot takes no more blocks', async () => {
    const { here } = target();
    const id = await makeSnapshot(here);
    assert.equal(await errorOf(putBlock(here, id, 1, blockOf(1))), 'ValidationException');
  });

  test('a child holds its parent, and the two differ in what was written', async () => {
    const { here } = target();
    const parent = await makeSnapshot(here, [blockOf(1), blockOf(2), blockOf(3)]);
    const child = await makeSnapshot(here, [blockOf(9)], parent);
    const listing = await here.ebs.send(new ListSnapshotBlocksCommand({ SnapshotId: child }));
    assert.deepEqual(
      listing.Blocks?.map((block) => block.BlockIndex),
      [0, 1, 2],
    );
    const changed = await here.ebs.send(
      new ListChangedBlocksCommand({ FirstSnapshotId: parent, SecondSnapshotId: child }),
    );
    assert.deepEqual(
      changed.ChangedBlocks?.map((block) => block.BlockIndex),
      [0],
    );
  });

  test('listings come in pages', async () => {
    const { here } = target();
    const blocks = Array.from({ length: 150 }, (_, index) => blockOf(index % 3));
    const id = await makeSnapshot(here, blocks);
    const first = await here.ebs.send(new ListSnapshotBlocksCommand({ SnapshotId: id, MaxResults: 100 }));
    assert.equal(first.Blocks?.length, 100);
    const second = await here.ebs.send(
      new ListSnapshotBlocksCommand({ SnapshotId: id, MaxResults: 100, NextToken: first.NextToken }),
    );
    assert.equal(second.Blocks?.length, 50);
    assert.equal(second.NextToken, undefined);
    assert.equal(second.Blocks?.[0]?.BlockIndex, 100);
  });
});
