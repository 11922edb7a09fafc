import type { Call, CallContext } from '../../cloud.ts';
import { defaultVpc } from '../../compute/network.ts';
import type { Need } from '../../policy.ts';
import type { Fields } from '../../protocols/fields.ts';
import type { XmlStructure } from '../../protocols/xml.ts';
import { rebootInstances, startInstances, stopInstances, terminateInstances } from './change-instances.ts';
import { getConsoleOutput, getConsoleScreenshot } from './console.ts';
import { describeInstances, describeSubnets, describeVpcs } from './describe-instances.ts';
import { deleteKeyPair, describeKeyPairs, importKeyPair } from './key-pairs.ts';
import { runInstances } from './run-instances.ts';
import {
  authorizeSecurityGroupIngress,
  createSecurityGroup,
  deleteSecurityGroup,
  describeSecurityGroups,
} from './security-groups.ts';
import { attachVolume, createVolume, deleteVolume, describeVolumes, detachVolume } from './volumes.ts';

type ComputeCall = Call<Fields, XmlStructure>;
type Needs = NonNullable<ComputeCall['permissions']>;

/**
 * The calls about instances. Source of the permissions: Service Authorization Reference, "Actions, resources, and condition
 * keys for Amazon EC2": RunInstances needs its action on each thing that it uses or makes.
 */
export const COMPUTE_CALLS: Readonly<Record<string, ComputeCall>> = {
  RunInstances: { access: 'write', run: runInstances, permissions: runNeeds },
  DescribeInstances: { access: 'read', run: describeInstances },
  StartInstances: { access: 'write', run: startInstances, permissions: on('StartInstances', instances) },
  StopInstances: { access: 'write', run: stopInstances, permissions: on('StopInstances', instances) },
  RebootInstances: { access: 'write', run: rebootInstances, permissions: on('RebootInstances', instances) },
  TerminateInstances: {
    access: 'write',
    run: terminateInstances,
    permissions: on('TerminateInstances', instances),
  },
  GetConsoleOutput: { access: 'read', run: getConsoleOutput, permissions: on('GetConsoleOutput', instance) },
  GetConsoleScreenshot: {
    access: 'read',
    run: getConsoleScreenshot,
    permissions: on('GetConsoleScreenshot', instance),
  },
  ImportKeyPair: { access: 'write', run: importKeyPair, permissions: makes('ImportKeyPair', keyPair) },
  DescribeKeyPairs: { access: 'read', run: describeKeyPairs },
  DeleteKeyPair: { access: 'write', run: deleteKeyPair, permissions: on('DeleteKeyPair', keyPair) },
  CreateSecurityGroup: {
    access: 'write',
    run: createSecurityGroup,
    permissions: makes('CreateSecurityGroup', (_fields, context) => [arn(context, 'security-group', '*')]),
  },
  AuthorizeSecurityGroupIngress: {
    access: 'write',
    run: authorizeSecurityGroupIngress,
    permissions: on('AuthorizeSecurityGroupIngress', group),
  },
  DescribeSecurityGroups: { access: 'read', run: describeSecurityGroups },
  DeleteSecurityGroup: {
    access: 'write',
    run: deleteSecurityGroup,
    permissions: on('DeleteSecurityGroup', group),
  },
  DescribeVpcs: { access: 'read', run: describeVpcs },
  DescribeSubnets: { access: 'read', run: describeSubnets },
  CreateVolume: {
    access: 'write',
    run: createVolume,
    permissions: makes('CreateVolume', (_fields, context) => [arn(context, 'volume', '*')]),
  },
  DescribeVolumes: { access: 'read', run: describeVolumes },
  AttachVolume: {
    access: 'write',
    run: attachVolume,
    permissions: on('AttachVolume', (fields, context) => [
      ...instance(fields, context),
      ...volume(fields, context),
    ]),
  },
  DetachVolume: { access: 'write', run: detachVolume, permissions: on('DetachVolume', volume) },
  DeleteVolume: { access: 'write', run: deleteVolume, permissions: on('DeleteVolume', volume) },
};

type Resources = (fields: Fields, context: CallContext) => string[];

function on(call: string, resources: Resources): Needs {
  return (fields, context) => [{ action: `ec2:${call}`, resources: resources(fields, context) }];
}

/** Tags given at creation need a permission of their own. */
function makes(call: string, resources: Resources): Needs {
  return (fields, context) => {
    const made = resources(fields, context);
    const needs: Need[] = [{ action: `ec2:${call}`, resources: made }];
    if (fields.items('TagSpecification').length > 0)
      needs.push({ action: 'ec2:CreateTags', resources: made });
    return needs;
  };
}

function runNeeds(fields: Fields, context: CallContext): Need[] {
  const [nic] = fields.items('NetworkInterface');
  const groups = (nic ?? fields).texts('SecurityGroupId');
  const vpc = defaultVpc(context.identity.account, context.region.name);
  const subnet = (nic ?? fields).text('SubnetId') ?? vpc.subnets[0]?.id ?? '*';
  const key = fields.text('KeyName');
  const resources = [
    arn(context, 'instance', '*'),
    `arn:aws:ec2:${context.region.name}::image/${fields.text('ImageId') ?? ''}`,
    arn(context, 'volume', '*'),
    arn(context, 'network-interface', '*'),
    arn(context, 'subnet', subnet),
    ...(groups.length > 0 ? groups : [vpc.defaultGroup]).map((id) => arn(context, 'security-group', id)),
    ...(key === undefined ? [] : [arn(context, 'key-pair', key)]),
  ];
  const needs: Need[] = [{ action: 'ec2:RunInstances', resources }];
  for (const specification of fields.items('TagSpecification')) {
    const made = arn(context, specification.text('ResourceType') ?? '', '*');
    needs.push({ action: 'ec2:CreateTags', resources: [made] });
  }
  return needs;
}

function instances(fields: Fields, context: CallContext): string[] {
  return fields.texts('InstanceId').map((id) => arn(context, 'instance', id));
}

function instance(fields: Fields, context: CallContext): string[] {
  return [arn(context, 'instance', fields.text('InstanceId') ?? '')];
}

function volume(fields: Fields, context: CallContext): string[] {
  return [arn(context, 'volume', fields.text('VolumeId') ?? '')];
}

function group(fields: Fields, context: CallContext): string[] {
  return [arn(context, 'security-group', fields.text('GroupId') ?? '*')];
}

function keyPair(fields: Fields, context: CallContext): string[] {
  return [arn(context, 'key-pair', fields.text('KeyName') ?? '*')];
}

/** ARNs of these name the account. Source: the same reference, "Resource types". */
function arn(context: CallContext, kind: string, id: string): string {
  return `arn:aws:ec2:${context.region.name}:${context.identity.account}:${kind}/${id}`;
}
