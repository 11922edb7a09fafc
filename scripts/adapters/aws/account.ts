/** What the account has set or been granted in one region. */
import type { CloudRegion } from '../../ports.ts';
import type { Clients } from './clients.ts';
import type { Caller } from './retry.ts';
import { orNothing } from './snapshots.ts';

type Account = Pick<CloudRegion, 'sharingBlocked' | 'encryptionByDefault' | 'publicImages' | 'snapshots'>;

interface Quota {
  ServiceCode: string;
  QuotaCode: string;
  /** What it is unless raised. */
  usual: number;
}

/** "Public AMIs" of EC2. https://docs.aws.amazon.com/general/latest/gr/ec2-service.html */
const publicQuota: Quota = { ServiceCode: 'ec2', QuotaCode: 'L-0E3CBAB9', usual: 5 };

/** "Snapshots per Region" of EBS. https://docs.aws.amazon.com/ebs/latest/userguide/ebs-resource-quotas.html */
const snapshotQuota: Quota = { ServiceCode: 'ebs', QuotaCode: 'L-309BACF6', usual: 100_000 };

export function createAccount(clients: Clients, { send }: Caller): Account {
  return {
    sharingBlocked: async () => {
      const { client, sdk } = await clients.ec2();
      const image = await send('GetImageBlockPublicAccessState', () =>
        client.send(new sdk.GetImageBlockPublicAccessStateCommand({})),
      );
      if (image.ImageBlockPublicAccessState !== 'unblocked') return 'block public access is on for AMIs';
      const snapshot = await send('GetSnapshotBlockPublicAccessState', () =>
        client.send(new sdk.GetSnapshotBlockPublicAccessStateCommand({})),
      );
      return snapshot.State === 'unblocked' ? undefined : 'block public access is on for EBS snapshots';
    },
    encryptionByDefault: async () => {
      const { client, sdk } = await clients.ec2();
      const { EbsEncryptionByDefault } = await send('GetEbsEncryptionByDefault', () =>
        client.send(new sdk.GetEbsEncryptionByDefaultCommand({})),
      );
      return EbsEncryptionByDefault === true;
    },
    publicImages: async () => ({ quota: await readQuota(publicQuota), used: await countPublic() }),
    snapshots: async () => ({ quota: await readQuota(snapshotQuota), used: await countSnapshots() }),
  };

  /** Service Quotas does not know each quota in each region: then it is as usual. */
  async function readQuota({ ServiceCode, QuotaCode, usual }: Quota): Promise<number> {
    const { client, sdk } = await clients.quotas();
    const command = new sdk.GetServiceQuotaCommand({ ServiceCode, QuotaCode });
    const value = send('GetServiceQuota', () => client.send(command)).then(({ Quota }) => Quota?.Value);
    return (await orNothing(value, undefined)) ?? usual;
  }

  async function countPublic(): Promise<number> {
    const { client, sdk } = await clients.ec2();
    let used = 0;
    let NextToken: string | undefined;
    do {
      const page = await send('DescribeImages', () =>
        client.send(
          new sdk.DescribeImagesCommand({
            Owners: ['self'],
            IncludeDeprecated: true,
            Filters: [{ Name: 'is-public', Values: ['true'] }],
            MaxResults: 1000,
            NextToken,
          }),
        ),
      );
      used += (page.Images ?? []).filter(({ State }) => State !== 'deregistered').length;
      NextToken = page.NextToken;
    } while (NextToken !== undefined && NextToken !== '');
    return used;
  }

  async function countSnapshots(): Promise<number> {
    const { client, sdk } = await clients.ec2();
    let used = 0;
    let NextToken: string | undefined;
    do {
      const command = new sdk.DescribeSnapshotsCommand({ OwnerIds: ['self'], MaxResults: 1000, NextToken });
      const page = await send('DescribeSnapshots', () => client.send(command));
      used += page.Snapshots?.length ?? 0;
      NextToken = page.NextToken;
    } while (NextToken !== undefined && NextToken !== '');
    return used;
  }
}
