import type { CallContext } from '../cloud.ts';
import { CloudError } from '../errors.ts';
import type { Fields } from '../protocols/fields.ts';
import type { XmlStructure } from '../protocols/xml.ts';

/** Regions; those that are not enabled only with AllRegions. Source: EC2 API Reference, DescribeRegions. */
export function describeRegions(fields: Fields, context: CallContext): XmlStructure {
  const wanted = fields.texts('RegionName');
  const all = fields.flag('AllRegions') === true;
  const unknown = wanted.find((name) => !context.cloud.regions.has(name));
  if (unknown !== undefined) {
    throw new CloudError('InvalidParameterValue', `Invalid value '${unknown}' for region-name.`);
  }
  const statuses = fields
    .items('Filter')
    .filter((filter) => filter.text('Name') === 'opt-in-status')
    .map((filter) => filter.texts('Value'));
  const shown = [...context.cloud.regions.values()].filter(
    ({ name, settings: { optInStatus } }) =>
      (wanted.length === 0 || wanted.includes(name)) &&
      (all || optInStatus !== 'not-opted-in') &&
      statuses.every((values) => values.includes(optInStatus)),
  );
  return {
    regionInfo: shown.map((region) => ({
      regionName: region.name,
      regionEndpoint: `ec2.${region.name}.amazonaws.com`,
      optInStatus: region.settings.optInStatus,
    })),
  };
}

/** Source: EC2 API Reference, GetImageBlockPublicAccessState. */
export function getImageBlockPublicAccessState(_fields: Fields, context: CallContext): XmlStructure {
  return {
    imageBlockPublicAccessState: context.region.settings.imageBlockPublicAccess,
    managedBy: 'account',
  };
}

/** Source: EC2 API Reference, GetSnapshotBlockPublicAccessState. */
export function getSnapshotBlockPublicAccessState(_fields: Fields, context: CallContext): XmlStructure {
  return { state: context.region.settings.snapshotBlockPublicAccess, managedBy: 'account' };
}

/** Source: EC2 API Reference, GetEbsEncryptionByDefault. */
export function getEbsEncryptionByDefault(_fields: Fields, context: CallContext): XmlStructure {
  const on = context.region.settings.ebsEncryptionByDefault;
  return { ebsEncryptionByDefault: on, sseType: on ? 'sse-kms' : 'none' };
}
