import { ModifyImageAttributeCommand } from '@aws-sdk/client-ec2';
import type { LocalCloudOptions } from '../../../scripts/localcloud/start-local-cloud.ts';
import { type Clients, clientsFor } from './clients.ts';
import { type Started, startTestCloud } from './cloud.ts';

/** A test with a cloud and clients of its own. */
export async function withCloud(
  options: Partial<LocalCloudOptions>,
  body: (cloud: Started, here: Clients, there: Clients) => Promise<void>,
): Promise<void> {
  const cloud = await startTestCloud(options);
  const here = clientsFor(cloud.endpoint, 'eu-west-1');
  const there = clientsFor(cloud.endpoint, 'us-east-1');
  try {
    await body(cloud, here, there);
  } finally {
    here.close();
    there.close();
    await cloud.remove();
  }
}

/** Gives everybody the permission to launch an image. */
export function publish(clients: Clients, id: string): Promise<unknown> {
  return clients.ec2.send(
    new ModifyImageAttributeCommand({ ImageId: id, LaunchPermission: { Add: [{ Group: 'all' }] } }),
  );
}
