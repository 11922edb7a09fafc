import type { Call, CallContext } from '../cloud.ts';
import type { Need } from '../policy.ts';
import type { Fields } from '../protocols/fields.ts';
import type { XmlStructure } from '../protocols/xml.ts';
import {
  describeRegions,
  getEbsEncryptionByDefault,
  getImageBlockPublicAccessState,
  getSnapshotBlockPublicAccessState,
} from './account.ts';
import { COMPUTE_CALLS } from './compute/calls.ts';
import { copyImage } from './copy-image.ts';
import { disableImageDeprecation, enableImageDeprecation } from './deprecation.ts';
import { describeImages } from './describe-images.ts';
import { describeSnapshots } from './describe-snapshots.ts';
import { describeImageAttribute, modifyImageAttribute } from './image-attribute.ts';
import { registerImage } from './register-image.ts';
import { deleteSnapshot, deregisterImage } from './remove.ts';
import { describeSnapshotAttribute, modifySnapshotAttribute } from './snapshot-attribute.ts';
import { createTags, deleteTags } from './tags.ts';

type Ec2Call = Call<Fields, XmlStructure>;

/**
 * The calls of EC2 we make, and the permissions each needs. Source: Service Authorization Reference, "Actions, resources,
 * and condition keys for Amazon EC2": Describe calls name no resource; tags given at creation need ec2:CreateTags too.
 */
export const EC2_CALLS: Readonly<Record<string, Ec2Call>> = {
  DescribeRegions: read(describeRegions),
  DescribeImages: read(describeImages),
  DescribeImageAttribute: read(describeImageAttribute, imageNeed('DescribeImageAttribute')),
  DescribeSnapshots: read(describeSnapshots),
  DescribeSnapshotAttribute: read(describeSnapshotAttribute, snapshotNeed('DescribeSnapshotAttribute')),
  GetImageBlockPublicAccessState: read(getImageBlockPublicAccessState),
  GetSnapshotBlockPublicAccessState: read(getSnapshotBlockPublicAccessState),
  GetEbsEncryptionByDefault: read(getEbsEncryptionByDefault),
  RegisterImage: write(registerImage, creates('RegisterImage', registeredFrom)),
  CopyImage: write(copyImage, creates('CopyImage', copiedFrom)),
  ModifyImageAttribute: write(modifyImageAttribute, imageNeed('ModifyImageAttribute')),
  ModifySnapshotAttribute: write(modifySnapshotAttribute, snapshotNeed('ModifySnapshotAttribute')),
  EnableImageDeprecation: write(enableImageDeprecation, imageNeed('EnableImageDeprecation')),
  DisableImageDeprecation: write(disableImageDeprecation, imageNeed('DisableImageDeprecation')),
  CreateTags: write(createTags, tagNeed('CreateTags')),
  DeleteTags: write(deleteTags, tagNeed('DeleteTags')),
  DeregisterImage: write(deregisterImage, imageNeed('DeregisterImage')),
  DeleteSnapshot: write(deleteSnapshot, snapshotNeed('DeleteSnapshot')),
  ...COMPUTE_CALLS,
};

type Needs = NonNullable<Ec2Call['permissions']>;

function read(run: Ec2Call['run'], permissions?: Needs): Ec2Call {
  return { access: 'read', run, ...(permissions === undefined ? {} : { permissions }) };
}

function write(run: Ec2Call['run'], permissions: Needs): Ec2Call {
  return { access: 'write', run, permissions };
}

function imageNeed(call: string): Needs {
  return (fields, context) => [
    { action: `ec2:${call}`, resources: [arn(context, fields.text('ImageId') ?? '')] },
  ];
}

function snapshotNeed(call: string): Needs {
  return (fields, context) => [
    { action: `ec2:${call}`, resources: [arn(context, fields.text('SnapshotId') ?? '')] },
  ];
}

function tagNeed(call: string): Needs {
  return (fields, context) => [
    { action: `ec2:${call}`, resources: fields.texts('ResourceId').map((id) => arn(context, id)) },
  ];
}

function creates(call: string, sources: (fields: Fields, context: CallContext) => string[]): Needs {
  return (fields, context) => {
    const made = arn(context, 'ami-*');
    const needs: Need[] = [{ action: `ec2:${call}`, resources: [made, ...sources(fields, context)] }];
    for (const specification of fields.items('TagSpecification')) {
      const resource = specification.text('ResourceType') === 'snapshot' ? arn(context, 'snap-*') : made;
      needs.push({ action: 'ec2:CreateTags', resources: [resource] });
    }
    if (fields.flag('CopyImageTags') === true) needs.push({ action: 'ec2:CreateTags', resources: [made] });
    return needs;
  };
}

function registeredFrom(fields: Fields, context: CallContext): string[] {
  return fields
    .items('BlockDeviceMapping')
    .flatMap((mapping) => mapping.field('Ebs')?.text('SnapshotId') ?? [])
    .map((id) => arn(context, id));
}

function copiedFrom(fields: Fields, context: CallContext): string[] {
  return [
    `arn:aws:ec2:${fields.text('SourceRegion') ?? context.region.name}::image/${fields.text('SourceImageId') ?? ''}`,
  ];
}

/** ARNs of images and snapshots name no account, the others do. Source: the same reference, "Resource types". */
function arn(context: CallContext, id: string): string {
  const kind = OWNED[id.slice(0, id.lastIndexOf('-'))];
  if (kind !== undefined)
    return `arn:aws:ec2:${context.region.name}:${context.identity.account}:${kind}/${id}`;
  return `arn:aws:ec2:${context.region.name}::${id.startsWith('snap-') ? 'snapshot' : 'image'}/${id}`;
}

/** Kinds of resources by the prefix of their ids. */
const OWNED: Readonly<Record<string, string>> = {
  i: 'instance',
  vol: 'volume',
  key: 'key-pair',
  sg: 'security-group',
};
