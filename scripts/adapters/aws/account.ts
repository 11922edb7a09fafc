/** What the account has set or been granted in one region. */
import type { CloudRegion } from '../../ports.ts';
import type { Clients } from './clients.ts';
import type { Caller } from './retry.ts';
import { orNothing } from './snapshots.ts';

type Account = Pick<CloudRegion, 'sharingBlocked' | 'encryptionByDefault' | 'publicImages'>;

/** "Public AMIs" of EC2, and what it is unless raised. https://docs.aws.amazon.com/general/latest/gr/ec2-service.html */
const publicQuota = { ServiceCode: 'ec2', QuotaCode: 'L-0E3CBAB9' } as const;
const usualQuota = 5;

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
    publicImages: async () => {
      const { client: quotas, sdk } = await clients.quotas();
      const { Quota } = await orNothing(
        send('GetServiceQuota', () => quotas.send(new sdk.GetServiceQuotaCommand(publicQuota))).then(
          (one) => ({
            Quota: one.Quota,
          }),
        ),
        { Quota: undefined },
      );
      return { quota: Quota?.Value ?? usualQuota, used: await countPublic() };
    },
  };

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
}
