/** Removes what a suite made with its clients: a real account keeps, and bills, what is left behind. */
import { DeleteSnapshotCommand, DeregisterImageCommand, DescribeImagesCommand } from '@aws-sdk/client-ec2';
import { DeleteParameterCommand } from '@aws-sdk/client-ssm';
import type { Clients } from './clients.ts';

/** Ids that answers of calls named. */
interface Made {
  images: Set<string>;
  snapshots: Set<string>;
  parameters: Set<string>;
}

/** Watches the clients from now on. The function removes what they made, and says what it could not. */
export function watchMade({ ec2, ebs, ssm }: Clients): () => Promise<string[]> {
  const made: Made = { images: new Set(), snapshots: new Set(), parameters: new Set() };
  const step = { step: 'initialize', name: 'watchMade' } as const;
  ec2.middlewareStack.add(
    (next, { commandName }) =>
      async (call) => {
        const result = await next(call);
        if (commandName === 'RegisterImageCommand' || commandName === 'CopyImageCommand')
          note(made.images, result.output, 'ImageId');
        return result;
      },
    step,
  );
  ebs.middlewareStack.add(
    (next, { commandName }) =>
      async (call) => {
        const result = await next(call);
        if (commandName === 'StartSnapshotCommand') note(made.snapshots, result.output, 'SnapshotId');
        return result;
      },
    step,
  );
  ssm.middlewareStack.add(
    (next, { commandName }) =>
      async (call) => {
        const result = await next(call);
        if (commandName === 'PutParameterCommand') note(made.parameters, call.input, 'Name');
        return result;
      },
    step,
  );
  return async () => await removeAll(made, { ec2, ssm });
}

function note(names: Set<string>, from: object, key: string): void {
  const value: unknown = Reflect.get(from, key);
  if (typeof value === 'string') names.add(value);
}

async function removeAll(made: Made, { ec2, ssm }: Pick<Clients, 'ec2' | 'ssm'>): Promise<string[]> {
  const problems: string[] = [];
  const attempt = async (id: string, work: () => Promise<unknown>) => {
    await work().catch((error: unknown) => {
      // What a test removed itself is as it should be.
      if (!(error instanceof Error && /NotFound|Unavailable/.test(error.name)))
        problems.push(`${id}: ${String(error)}`);
    });
  };
  for (const id of made.images) {
    await attempt(id, async () => {
      const { Images = [] } = await ec2.send(new DescribeImagesCommand({ ImageIds: [id] }));
      for (const mapping of Images[0]?.BlockDeviceMappings ?? [])
        if (mapping.Ebs?.SnapshotId !== undefined) made.snapshots.add(mapping.Ebs.SnapshotId);
      await ec2.send(new DeregisterImageCommand({ ImageId: id }));
    });
  }
  for (const id of made.snapshots)
    await attempt(id, async () => await ec2.send(new DeleteSnapshotCommand({ SnapshotId: id })));
  for (const name of made.parameters)
    await attempt(name, async () => await ssm.send(new DeleteParameterCommand({ Name: name })));
  return problems;
}
