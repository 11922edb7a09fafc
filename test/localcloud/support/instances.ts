import { setTimeout as pause } from 'node:timers/promises';
import {
  DescribeInstancesCommand,
  type Instance,
  RunInstancesCommand,
  type RunInstancesCommandInput,
} from '@aws-sdk/client-ec2';
import type { Clients } from './clients.ts';
import { makeImage, makeSnapshot } from './snapshots.ts';

/** A public key that nobody has the other half of. */
export const PUBLIC_KEY =
  'ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIA0NDQ0NDQ0NDQ0NDQ0NDQ0NDQ0NDQ0NDQ0NDQ0NDQ0N somebody@test';

/** Runs one instance of an image, or of one that is made for it, and gives its id. */
export async function run(clients: Clients, input: Partial<RunInstancesCommandInput> = {}): Promise<string> {
  const ImageId = input.ImageId ?? (await makeImage(clients, 'to boot', await makeSnapshot(clients)));
  const answer = await clients.ec2.send(
    new RunInstancesCommand({ InstanceType: 't3.micro', MinCount: 1, MaxCount: 1, ...input, ImageId }),
  );
  return answer.Instances?.[0]?.InstanceId ?? '';
}

export async function describe(clients: Clients, id: string): Promise<Instance> {
  const answer = await clients.ec2.send(new DescribeInstancesCommand({ InstanceIds: [id] }));
  const instance = answer.Reservations?.[0]?.Instances?.[0];
  if (instance === undefined) throw new Error(`no instance ${id}`);
  return instance;
}

/** Polls until an instance is in a state. */
export async function becomes(clients: Clients, id: string, state: string, seconds = 5): Promise<Instance> {
  const deadline = Date.now() + seconds * 1000;
  for (;;) {
    const instance = await describe(clients, id);
    if (instance.State?.Name === state) return instance;
    if (Date.now() > deadline) {
      throw new Error(`${id} is ${instance.State?.Name} (${instance.StateReason?.Message}) and not ${state}`);
    }
    await pause(seconds > 10 ? 500 : 10);
  }
}
