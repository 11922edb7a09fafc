import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { after, before } from 'node:test';
import { DescribeImagesCommand, DescribeSnapshotsCommand } from '@aws-sdk/client-ec2';
import { watchMade } from './clean-up.ts';
import { type Clients, clientsFor } from './clients.ts';
import { type Started, startTestCloud } from './cloud.ts';

/**
 * What the contract suite runs against. Default: a localcloud of its own. With CONTRACT_ENDPOINT set it is the server
 * there (moto, for one); with CONTRACT_ENDPOINT=aws the account that the environment's credentials belong to.
 */
export interface Target {
  /** Clients of the first region. */
  here: Clients;
  /** Clients of another one. */
  there: Clients;
  hereName: string;
  thereName: string;
  /** A text that no other run has, for names. */
  unique: string;
}

/** The target for the tests of a suite. Only calls of AWS may be used on it. What they made is removed at the end. */
export function useTarget(): () => Target {
  let target: Target | undefined;
  let cloud: Started | undefined;
  const nothing = async (): Promise<string[]> => [];
  let [here, there] = [nothing, nothing];
  before(async () => {
    const given = process.env.CONTRACT_ENDPOINT;
    if (given === undefined) cloud = await startTestCloud();
    const endpoint = given === 'aws' ? undefined : (given ?? cloud?.endpoint);
    const [hereName, thereName] = ['eu-west-1', 'us-east-1'];
    target = {
      here: given === 'aws' ? clientsFor(undefined, hereName, undefined) : clientsFor(endpoint, hereName),
      there: given === 'aws' ? clientsFor(undefined, thereName, undefined) : clientsFor(endpoint, thereName),
      hereName,
      thereName,
      unique: randomBytes(4).toString('hex'),
    };
    here = watchMade(target.here);
    there = watchMade(target.there);
  });
  after(async () => {
    // Copies first: a source stays in use until they are done.
    const left = target === undefined ? [] : [...(await there()), ...(await here())];
    // A server that answers otherwise than AWS may keep things; its tests say so.
    if (process.env.CONTRACT_ENDPOINT === undefined || process.env.CONTRACT_ENDPOINT === 'aws')
      assert.deepEqual(left, []);
    if (cloud !== undefined && target !== undefined) await assertEmpty(target);
    target?.here.close();
    target?.there.close();
    await cloud?.remove();
  });
  return () => {
    if (target === undefined) throw new Error('the target was not made');
    return target;
  };
}

/** That the clean-up found all that the suite made, seen where the suite is alone. */
async function assertEmpty({ here, there }: Target): Promise<void> {
  for (const { ec2 } of [here, there]) {
    const { Images = [] } = await ec2.send(new DescribeImagesCommand({ Owners: ['self'] }));
    const { Snapshots = [] } = await ec2.send(new DescribeSnapshotsCommand({ OwnerIds: ['self'] }));
    assert.deepEqual([...Images.map((one) => one.Name), ...Snapshots.map((one) => one.SnapshotId)], []);
  }
}
