import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import {
  DescribeImagesCommand,
  DescribeRegionsCommand,
  GetEbsEncryptionByDefaultCommand,
  GetImageBlockPublicAccessStateCommand,
  GetSnapshotBlockPublicAccessStateCommand,
} from '@aws-sdk/client-ec2';
import { GetServiceQuotaCommand, ListServiceQuotasCommand } from '@aws-sdk/client-service-quotas';
import { GetCallerIdentityCommand } from '@aws-sdk/client-sts';
import { errorOf } from '../support/clients.ts';
import { useTarget } from '../support/target.ts';

describe('contract: account', () => {
  const target = useTarget();

  test('who calls', async () => {
    const identity = await target().here.sts.send(new GetCallerIdentityCommand({}));
    assert.match(identity.Account ?? '', /^\d{12}$/);
    assert.match(identity.Arn ?? '', new RegExp(`^arn:aws:(iam|sts)::${identity.Account}:`));
  });

  test('regions that are enabled', async () => {
    const { here, hereName, thereName } = target();
    const { Regions = [] } = await here.ec2.send(new DescribeRegionsCommand({}));
    const names = Regions.map((region) => region.RegionName);
    assert.ok(names.includes(hereName) && names.includes(thereName));
    assert.ok(Regions.every((region) => region.OptInStatus !== 'not-opted-in'));
  });

  test('what may stand against publishing', async () => {
    const { ec2 } = target().here;
    const images = await ec2.send(new GetImageBlockPublicAccessStateCommand({}));
    assert.match(images.ImageBlockPublicAccessState ?? '', /^(unblocked|block-new-sharing)$/);
    const snapshots = await ec2.send(new GetSnapshotBlockPublicAccessStateCommand({}));
    assert.match(snapshots.State ?? '', /^(unblocked|block-new-sharing|block-all-sharing)$/);
    const encryption = await ec2.send(new GetEbsEncryptionByDefaultCommand({}));
    assert.equal(typeof encryption.EbsEncryptionByDefault, 'boolean');
  });

  test('quotas of images', async () => {
    const { quotas } = target().here;
    const { Quota } = await quotas.send(
      new GetServiceQuotaCommand({ ServiceCode: 'ec2', QuotaCode: 'L-0E3CBAB9' }),
    );
    assert.equal(Quota?.QuotaName, 'Public AMIs');
    assert.ok((Quota?.Value ?? 0) >= 5);
    const { Quotas = [] } = await quotas.send(new ListServiceQuotasCommand({ ServiceCode: 'ec2' }));
    assert.ok(Quotas.some((one) => one.QuotaCode === 'L-B665C33B' && one.QuotaName === 'AMIs'));
  });

  test('a dry run says what it would do', async () => {
    const { ec2 } = target().here;
    assert.equal(await errorOf(ec2.send(new DescribeImagesCommand({ DryRun: true }))), 'DryRunOperation');
  });
});
