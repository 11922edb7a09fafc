import assert from 'node:assert/strict';
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { appendFile, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { describe, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import {
  CompleteSnapshotCommand,
  ListSnapshotBlocksCommand,
  StartSnapshotCommand,
} from '@aws-sdk/client-ebs';
import {
  CopyImageCommand,
  DeleteSnapshotCommand,
  DeregisterImageCommand,
  DescribeImagesCommand,
} from '@aws-sdk/client-ec2';
import { startLocalCloud } from '../../../scripts/localcloud/start-local-cloud.ts';
import { clientsFor } from '../../localcloud/support/clients.ts';
import { START } from '../../localcloud/support/cloud.ts';
import { blockOf, linear, makeImage, makeSnapshot, putBlock } from '../../localcloud/support/snapshots.ts';

const SCRIPT = fileURLToPath(new URL('../../localcloud/support/run-cloud.ts', import.meta.url));

async function inFolder(body: (folder: string) => Promise<void>): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), 'localcloud-'));
  try {
    await body(folder);
  } finally {
    await rm(folder, { recursive: true });
  }
}

async function run(folder: string): Promise<{ child: ChildProcess; endpoint: string }> {
  const child = spawn(process.execPath, ['--import', 'tsx', SCRIPT, folder], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  assert.ok(child.stdout !== null);
  for await (const endpoint of createInterface(child.stdout)) return { child, endpoint };
  throw new Error('the cloud did not start');
}

async function kill(child: ChildProcess): Promise<void> {
  const ended = once(child, 'exit');
  child.kill('SIGKILL');
  await ended;
}

describe('what a cloud has answered survives', () => {
  test('SIGKILL in the middle of an upload, of copies and of removal', () =>
    inFolder(async (folder) => {
      const first = await run(folder);
      const clients = clientsFor(first.endpoint, 'eu-west-1');
      const blocks = Array.from({ length: 8 }, (_, index) => blockOf(index + 1));
      const started = await clients.ebs.send(
        new StartSnapshotCommand({ VolumeSize: 1, ClientToken: 'upload' }),
      );
      const id = started.SnapshotId ?? '';
      for (const [index, data] of blocks.slice(0, 4).entries()) await putBlock(clients, id, index, data);
      const image = await makeImage(clients, 'image', await makeSnapshot(clients));
      await kill(first.child);
      clients.close();

      const second = await run(folder);
      const again = clientsFor(second.endpoint, 'eu-west-1');
      const same = await again.ebs.send(new StartSnapshotCommand({ VolumeSize: 1, ClientToken: 'upload' }));
      assert.equal(same.SnapshotId, id);
      for (const [index, data] of blocks.entries()) if (index >= 4) await putBlock(again, id, index, data);
      await again.ebs.send(
        new CompleteSnapshotCommand({ SnapshotId: id, ChangedBlocksCount: 8, Checksum: linear(blocks) }),
      );
      const there = clientsFor(second.endpoint, 'us-east-1');
      const copied = await there.ec2.send(
        new CopyImageCommand({ Name: 'copy', SourceImageId: image, SourceRegion: 'eu-west-1' }),
      );
      await kill(second.child);
      again.close();
      there.close();

      const third = await run(folder);
      const last = clientsFor(third.endpoint, 'eu-west-1');
      const elsewhere = clientsFor(third.endpoint, 'us-east-1');
      const listing = await last.ebs.send(new ListSnapshotBlocksCommand({ SnapshotId: id }));
      assert.equal(listing.Blocks?.length, 8);
      const found = await elsewhere.ec2.send(new DescribeImagesCommand({ ImageIds: [copied.ImageId ?? ''] }));
      assert.equal(found.Images?.[0]?.State, 'available');
      await kill(third.child);
      last.close();
      elsewhere.close();
    }));

  test('SIGKILL at any moment: nothing that was answered is missing', () =>
    inFolder(async (folder) => {
      const images: string[] = [];
      const blocks: number[] = [];
      const first = await run(folder);
      const clients = clientsFor(first.endpoint, 'eu-west-1');
      const snapshotId = await makeSnapshot(clients);
      const { SnapshotId: open = '' } = await clients.ebs.send(new StartSnapshotCommand({ VolumeSize: 1 }));
      const register = async (worker: number): Promise<void> => {
        for (let count = 0; ; count += 1)
          images.push(await makeImage(clients, `image ${worker} ${count}`, snapshotId));
      };
      const write = async (worker: number): Promise<void> => {
        for (let index = worker; ; index += 2) {
          await putBlock(clients, open, index, blockOf(index % 251));
          blocks.push(index);
        }
      };
      const work = Promise.allSettled([register(1), register(2), write(0), write(1)]);
      while (images.length < 20) await new Promise((resolve) => setTimeout(resolve, 10));
      await kill(first.child);
      await work;
      clients.close();

      const cloud = await startLocalCloud({ folder, regions: ['eu-west-1', 'us-east-1'] });
      const again = clientsFor(cloud.endpoint, 'eu-west-1');
      const found = await again.ec2.send(new DescribeImagesCommand({ ImageIds: images }));
      assert.equal(found.Images?.length, images.length);
      const ChangedBlocksCount = (await readFile(join(folder, 'snapshots', `${open}.blocks`), 'utf8'))
        .trim()
        .split('\n').length;
      await again.ebs.send(new CompleteSnapshotCommand({ SnapshotId: open, ChangedBlocksCount }));
      const listing = await again.ebs.send(new ListSnapshotBlocksCommand({ SnapshotId: open }));
      const kept = new Set(listing.Blocks?.map((block) => block.BlockIndex));
      assert.deepEqual(
        blocks.filter((index) => !kept.has(index)),
        [],
      );
      again.close();
      await cloud.stop();
    }));

  test('a line cut off in the list of blocks costs that block only', () =>
    inFolder(async (folder) => {
      const options = { folder, regions: ['eu-west-1'], clock: START };
      let cloud = await startLocalCloud(options);
      let clients = clientsFor(cloud.endpoint, 'eu-west-1');
      const { SnapshotId = '' } = await clients.ebs.send(new StartSnapshotCommand({ VolumeSize: 1 }));
      await putBlock(clients, SnapshotId, 0, blockOf(1));
      await cloud.stop();
      await appendFile(join(folder, 'snapshots', `${SnapshotId}.blocks`), '1 abcdef');
      cloud = await startLocalCloud(options);
      clients.close();
      clients = clientsFor(cloud.endpoint, 'eu-west-1');
      await putBlock(clients, SnapshotId, 1, blockOf(2));
      await cloud.stop();
      cloud = await startLocalCloud(options);
      clients.close();
      clients = clientsFor(cloud.endpoint, 'eu-west-1');
      const checksum = linear([blockOf(1), blockOf(2)]);
      await clients.ebs.send(
        new CompleteSnapshotCommand({ SnapshotId, ChangedBlocksCount: 2, Checksum: checksum }),
      );
      clients.close();
      await cloud.stop();
    }));

  test('blocks are kept once, and go with the last snapshot that has them', () =>
    inFolder(async (folder) => {
      const cloud = await startLocalCloud({ folder, regions: ['eu-west-1', 'us-east-1'], clock: START });
      const [here, there] = [
        clientsFor(cloud.endpoint, 'eu-west-1'),
        clientsFor(cloud.endpoint, 'us-east-1'),
      ];
      const stored = async (): Promise<number> =>
        (await readdir(join(folder, 'blocks'), { recursive: true })).filter((name) => name.length > 64)
          .length;
      const one = await makeSnapshot(here, [blockOf(1), blockOf(2), blockOf(1)]);
      const two = await makeSnapshot(there, [blockOf(2)]);
      assert.equal(await stored(), 2);
      await here.ec2.send(new DeleteSnapshotCommand({ SnapshotId: one }));
      assert.equal(await stored(), 1);
      const image = await makeImage(there, 'image', two);
      const gone = new DeregisterImageCommand({ ImageId: image, DeleteAssociatedSnapshots: true });
      assert.equal((await there.ec2.send(gone)).DeleteSnapshotResults?.[0]?.ReturnCode, 'success');
      assert.equal(await stored(), 0);
      here.close();
      there.close();
      await cloud.stop();
    }));

  test('time that was advanced stays so', () =>
    inFolder(async (folder) => {
      const options = { folder, regions: ['eu-west-1'], clock: START };
      const cloud = await startLocalCloud(options);
      cloud.advance(90);
      await cloud.stop();
      const again = await startLocalCloud(options);
      assert.equal(again.now().getTime(), START.getTime() + 90_000);
      await again.stop();
    }));

  test('a folder has one cloud, and holds only what is ours', () =>
    inFolder(async (folder) => {
      const options = { folder, regions: ['eu-west-1'] };
      const cloud = await startLocalCloud(options);
      await assert.rejects(startLocalCloud(options), { code: 'conflict' });
      await cloud.stop();
      await writeFile(join(folder, 'regions', 'eu-west-1.json'), '{"version":2}');
      await assert.rejects(startLocalCloud(options), { code: 'invalid' });
      await assert.rejects(startLocalCloud({ folder, regions: ['../up'] }), { code: 'usage' });
    }));
});
