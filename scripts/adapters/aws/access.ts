/** Key pairs and security groups of one region: what leads to an instance. */

import { AperiodicError } from '../../model/errors.ts';
import type { CloudInstances } from '../../ports.ts';
import type { Clients } from './clients.ts';
import type { Caller } from './retry.ts';
import { orNothing } from './snapshots.ts';
import { tagFilters, writeTags } from './tags.ts';

type Access = Pick<
  CloudInstances,
  'importKey' | 'findKeys' | 'deleteKey' | 'findGroups' | 'makeGroup' | 'allowSsh' | 'removeGroup'
>;

export function createAccess(clients: Clients, { region, send }: Caller): Access {
  return {
    importKey: async (name, publicKey, tags) => {
      const { client, sdk } = await clients.ec2();
      const command = new sdk.ImportKeyPairCommand({
        KeyName: name,
        PublicKeyMaterial: Buffer.from(publicKey),
        TagSpecifications: [{ ResourceType: 'key-pair', Tags: writeTags(tags) }],
      });
      await send('ImportKeyPair', () => client.send(command));
    },
    findKeys: async (tags) => {
      const { client, sdk } = await clients.ec2();
      const command = new sdk.DescribeKeyPairsCommand({ Filters: tagFilters(tags) });
      const { KeyPairs = [] } = await send('DescribeKeyPairs', () => client.send(command));
      return KeyPairs.flatMap(({ KeyName }) => KeyName ?? []);
    },
    deleteKey: async (name) => {
      const { client, sdk } = await clients.ec2();
      const command = new sdk.DeleteKeyPairCommand({ KeyName: name });
      await orNothing(
        send('DeleteKeyPair', () => client.send(command)).then(() => undefined),
        undefined,
      );
    },
    findGroups: async (tags) => {
      const { client, sdk } = await clients.ec2();
      const found: string[] = [];
      let NextToken: string | undefined;
      do {
        const command = new sdk.DescribeSecurityGroupsCommand({
          Filters: tagFilters(tags),
          MaxResults: 1000,
          NextToken,
        });
        const page = await send('DescribeSecurityGroups', () => client.send(command));
        found.push(...(page.SecurityGroups ?? []).flatMap(({ GroupId }) => GroupId ?? []));
        NextToken = page.NextToken;
      } while (NextToken !== undefined && NextToken !== '');
      return found;
    },
    makeGroup: async (name, tags) => {
      const { client, sdk } = await clients.ec2();
      const command = new sdk.CreateSecurityGroupCommand({
        GroupName: name,
        Description: 'ssh to an instance that tests an image',
        TagSpecifications: [{ ResourceType: 'security-group', Tags: writeTags(tags) }],
      });
      const { GroupId } = await send('CreateSecurityGroup', () => client.send(command));
      if (GroupId !== undefined) return GroupId;
      throw new AperiodicError('internal', `CreateSecurityGroup in ${region} answered without an id`);
    },
    allowSsh: async (group, from) => {
      const { client, sdk } = await clients.ec2();
      const command = new sdk.AuthorizeSecurityGroupIngressCommand({
        GroupId: group,
        IpPermissions: [{ IpProtocol: 'tcp', FromPort: 22, ToPort: 22, IpRanges: [{ CidrIp: from }] }],
      });
      await send('AuthorizeSecurityGroupIngress', () => client.send(command), 'new').catch(
        (error: unknown) => {
          // The answer to the call before was lost.
          if (!(error instanceof AperiodicError) || error.code !== 'conflict') throw error;
        },
      );
    },
    removeGroup: async (id) => {
      const { client, sdk } = await clients.ec2();
      const command = new sdk.DeleteSecurityGroupCommand({ GroupId: id });
      await orNothing(
        send('DeleteSecurityGroup', () => client.send(command)).then(() => undefined),
        undefined,
      );
    },
  };
}
