import type { CallContext } from '../cloud.ts';
import { CloudError, invalidParameter } from '../errors.ts';
import { type Fields, required } from '../protocols/fields.ts';
import type { XmlStructure } from '../protocols/xml.ts';
import { checkChoice, checkDescription } from '../rules/images.ts';
import type { Image, Sharing } from '../state/types.ts';
import { latestDeprecation } from './deprecation.ts';
import { renderDevice } from './describe-images.ts';
import { findAvailableImage, findOwnImage } from './find.ts';
import { applySharing, readSharingChange, renderSharing } from './sharing.ts';

/** Launch permissions, description, IMDS support. Source: EC2 API Reference, ModifyImageAttribute. */
export function modifyImageAttribute(fields: Fields, context: CallContext): XmlStructure {
  const image = findAvailableImage(required(fields, 'ImageId'), context);
  const change = readSharingChange(fields, 'LaunchPermission');
  const attribute = fields.text('Attribute');
  const description = fields.field('Description')?.text('Value') ?? attributeValue('description', fields);
  const imds = fields.field('ImdsSupport')?.text('Value') ?? attributeValue('imdsSupport', fields);
  if (change === undefined && description === undefined && imds === undefined) {
    throw new CloudError(
      'InvalidParameterCombination',
      `No attributes specified${attribute ? ` for ${attribute}` : ''}.`,
    );
  }
  checkDescription(description);
  checkChoice('ImdsSupport', imds);
  if (change !== undefined) share(image, applySharing(image.sharing, change), context);
  if (description !== undefined) image.description = description;
  if (imds !== undefined) image.imdsSupport = imds;
  context.region.changed();
  return { return: true };
}

/** Source: EC2 API Reference, DescribeImageAttribute. One attribute at a time; only the owner sees permissions. */
export function describeImageAttribute(fields: Fields, context: CallContext): XmlStructure {
  const image = findOwnImage(required(fields, 'ImageId'), context);
  const attribute = required(fields, 'Attribute');
  const values: Record<string, () => XmlStructure> = {
    description: () => ({ description: { value: image.description } }),
    launchPermission: () => ({ launchPermission: renderSharing(image.sharing) }),
    blockDeviceMapping: () => ({ blockDeviceMapping: image.devices.map(renderDevice) }),
    sriovNetSupport: () => ({ sriovNetSupport: { value: image.sriovNetSupport } }),
    bootMode: () => ({ bootMode: { value: image.bootMode } }),
    tpmSupport: () => ({ tpmSupport: { value: image.tpmSupport } }),
    imdsSupport: () => ({ imdsSupport: { value: image.imdsSupport } }),
  };
  const read = Object.hasOwn(values, attribute) ? values[attribute] : undefined;
  if (read === undefined) throw invalidParameter(`Value (${attribute}) for parameter attribute is invalid`);
  return { imageId: image.id, ...read() };
}

function attributeValue(attribute: string, fields: Fields): string | undefined {
  return fields.text('Attribute') === attribute ? fields.text('Value') : undefined;
}

/**
 * Making public: not while block public access is on, not beyond the quota, not with encrypted snapshots; the deprecation
 * date becomes two years from creation unless it is earlier. Sources: EC2 User Guide, "Understand block public access for
 * AMIs", "AMI quotas", "Make your AMI publicly available", "Deprecate an Amazon EC2 AMI". Wordings are those of AWS.
 */
function share(image: Image, sharing: Sharing, context: CallContext): void {
  const { settings } = context.region;
  if (sharing.public && !image.sharing.public) {
    if (settings.imageBlockPublicAccess !== 'unblocked') {
      throw new CloudError(
        'OperationNotPermitted',
        'You can’t publicly share this image because block public access for AMIs is enabled for this account. To publicly share the image, you must call the DisableImageBlockPublicAccess API.',
      );
    }
    if (image.devices.some((device) => device.encrypted)) {
      throw new CloudError(
        'OperationNotPermitted',
        'An image with encrypted snapshots cannot be made public',
      );
    }
    if (countPublic(context) >= settings.publicImages) {
      throw new CloudError(
        'ResourceLimitExceeded',
        `You have reached your quota of ${settings.publicImages} for the number of public images allowed in this Region. Deregister unused public images or make them private, or request an increase in your public AMIs quota.`,
      );
    }
    image.deprecateAt = Math.min(image.deprecateAt ?? Number.POSITIVE_INFINITY, latestDeprecation(image));
  }
  if (sharing.accounts.length > settings.sharedAccounts) {
    throw new CloudError(
      'ResourceLimitExceeded',
      `You have reached your quota of ${settings.sharedAccounts} for AMI sharing.`,
    );
  }
  image.sharing = sharing;
}

function countPublic(context: CallContext): number {
  return [...context.region.images.values()].filter(
    (one) => one.owner === context.identity.account && one.sharing.public && one.deregisteredAt === undefined,
  ).length;
}
