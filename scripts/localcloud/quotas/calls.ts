import type { Call, CallContext } from '../cloud.ts';
import { CloudError } from '../errors.ts';
import type { Fields } from '../protocols/fields.ts';
import type { JsonStructure } from '../protocols/json.ts';
import type { RegionSettings } from '../state/types.ts';

interface Quota {
  service: string;
  serviceName: string;
  code: string;
  name: string;
  setting: 'images' | 'publicImages' | 'sharedAccounts' | 'snapshots';
}

const EC2 = { service: 'ec2', serviceName: 'Amazon Elastic Compute Cloud (Amazon EC2)' };

/** Sources: "Amazon EC2 endpoints and quotas" and "Amazon EBS endpoints and quotas" in the AWS General Reference. */
const QUOTAS: readonly Quota[] = [
  { ...EC2, code: 'L-B665C33B', name: 'AMIs', setting: 'images' },
  { ...EC2, code: 'L-0E3CBAB9', name: 'Public AMIs', setting: 'publicImages' },
  { ...EC2, code: 'L-70015FFA', name: 'AMI sharing', setting: 'sharedAccounts' },
  {
    service: 'ebs',
    serviceName: 'Amazon Elastic Block Store (Amazon EBS)',
    code: 'L-309BACF6',
    name: 'Snapshots per Region',
    setting: 'snapshots',
  },
] satisfies (Quota & { setting: keyof RegionSettings })[];

/** Source: Service Quotas API Reference, GetServiceQuota, ListServiceQuotas. */
export const QUOTA_CALLS: Readonly<Record<string, Call<Fields, JsonStructure>>> = {
  GetServiceQuota: { access: 'read', run: getServiceQuota },
  ListServiceQuotas: { access: 'read', run: listServiceQuotas },
};

function getServiceQuota(fields: Fields, context: CallContext): JsonStructure {
  const quota = QUOTAS.find(
    (one) => one.service === fields.text('ServiceCode') && one.code === fields.text('QuotaCode'),
  );
  if (quota === undefined)
    throw new CloudError(
      'NoSuchResourceException',
      'The request failed because the specified quota does not exist.',
    );
  return { Quota: render(quota, context) };
}

function listServiceQuotas(fields: Fields, context: CallContext): JsonStructure {
  const service = fields.text('ServiceCode');
  const code = fields.text('QuotaCode');
  const known = QUOTAS.filter((one) => one.service === service);
  if (known.length === 0)
    throw new CloudError('NoSuchResourceException', `The service ${service} does not exist here.`);
  return {
    Quotas: known.filter((one) => code === undefined || one.code === code).map((one) => render(one, context)),
  };
}

function render(quota: Quota, context: CallContext): JsonStructure {
  return {
    ServiceCode: quota.service,
    ServiceName: quota.serviceName,
    QuotaArn: `arn:aws:servicequotas:${context.region.name}:${context.identity.account}:${quota.service}/${quota.code}`,
    QuotaCode: quota.code,
    QuotaName: quota.name,
    Value: context.region.settings[quota.setting],
    Unit: 'None',
    Adjustable: true,
    GlobalQuota: false,
  };
}
