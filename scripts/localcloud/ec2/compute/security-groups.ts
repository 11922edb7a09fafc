import { isIPv4, isIPv6 } from 'node:net';
import type { CallContext } from '../../cloud.ts';
import { defaultVpc } from '../../compute/network.ts';
import { CloudError, invalidParameter } from '../../errors.ts';
import { newId } from '../../ids.ts';
import { type Fields, required } from '../../protocols/fields.ts';
import type { XmlStructure } from '../../protocols/xml.ts';
import { specifiedTags } from '../../rules/tags.ts';
import type { IngressRule, SecurityGroup } from '../../state/compute-types.ts';
import { readFilters } from '../filters.ts';
import { findGroup, listGroups } from './find.ts';
import { renderTags } from './render.ts';

/** Rules of one group: 60. Source: VPC User Guide, "Amazon VPC quotas". */
const MAX_RULES = 60;

/** A group of the default VPC. Source: EC2 API Reference, CreateSecurityGroup. */
export function createSecurityGroup(fields: Fields, context: CallContext): XmlStructure {
  const name = required(fields, 'GroupName');
  const description = required(fields, 'GroupDescription');
  const allowed = /^[A-Za-z0-9 ._\-:/()#,@[\]+=&;{}!$*]{1,255}$/;
  if (!allowed.test(name) || /^sg-/i.test(name)) {
    throw invalidParameter(`Invalid security group name: '${name.slice(0, 255)}'`);
  }
  if (!allowed.test(description)) throw invalidParameter('Invalid security group description.');
  const vpc = defaultVpc(context.identity.account, context.region.name);
  const vpcId = fields.text('VpcId') ?? vpc.id;
  if (vpcId !== vpc.id) {
    throw new CloudError('InvalidVpcID.NotFound', `The vpc ID '${vpcId}' does not exist`);
  }
  if (listGroups(context).some((group) => group.name === name)) {
    throw new CloudError(
      'InvalidGroup.Duplicate',
      `The security group '${name}' already exists for VPC '${vpcId}'`,
    );
  }
  const tags = specifiedTags(fields, 'security-group', ['security-group'], context.cloud.limits.tags);
  const { account: owner } = context.identity;
  const group: SecurityGroup = { id: newId('sg'), owner, name, description, vpcId, ingress: [], tags };
  context.region.securityGroups.set(group.id, group);
  context.region.changed();
  const securityGroupArn = `arn:aws:ec2:${context.region.name}:${owner}:security-group/${group.id}`;
  return { return: true, groupId: group.id, tagSet: renderTags(tags), securityGroupArn };
}

/**
 * Rules by address ranges only. A rule that is there is an error, and then none is added.
 * Source: EC2 API Reference, AuthorizeSecurityGroupIngress; codes InvalidPermission.Duplicate, RulesPerSecurityGroupLimitExceeded.
 */
export function authorizeSecurityGroupIngress(fields: Fields, context: CallContext): XmlStructure {
  const group = findGroup(required(fields, 'GroupId'), context);
  const added = readRules(fields);
  if (added.length === 0)
    throw new CloudError('MissingParameter', 'Either IpPermissions or CidrIp is needed');
  for (const rule of added) {
    if (!group.ingress.some((one) => isSame(one, rule))) continue;
    const peer = `peer: ${rule.cidr}, ${rule.protocol.toUpperCase()}, from port: ${rule.fromPort}, to port: ${rule.toPort}`;
    throw new CloudError('InvalidPermission.Duplicate', `the specified rule "${peer}, ALLOW" already exists`);
  }
  if (group.ingress.length + added.length > MAX_RULES) {
    throw new CloudError(
      'RulesPerSecurityGroupLimitExceeded',
      'The maximum number of rules per security group has been reached.',
    );
  }
  group.ingress.push(...added);
  context.region.securityGroups.set(group.id, group);
  context.region.changed();
  return {
    return: true,
    securityGroupRuleSet: added.map((rule) => ({
      securityGroupRuleId: rule.id,
      groupId: group.id,
      groupOwnerId: group.owner,
      isEgress: false,
      ipProtocol: rule.protocol,
      fromPort: rule.fromPort,
      toPort: rule.toPort,
      [rule.cidr.includes(':') ? 'cidrIpv6' : 'cidrIpv4']: rule.cidr,
      description: rule.description,
    })),
  };
}

/** Source: EC2 API Reference, DescribeSecurityGroups. */
export function describeSecurityGroups(fields: Fields, context: CallContext): XmlStructure {
  const ids = fields.texts('GroupId');
  const names = fields.texts('GroupName');
  const all = ids.length > 0 ? ids.map((id) => findGroup(id, context)) : listGroups(context);
  const missing = names.find((name) => !all.some((group) => group.name === name));
  if (missing !== undefined) {
    throw new CloudError('InvalidGroup.NotFound', `The security group '${missing}' does not exist`);
  }
  const passes = readFilters<SecurityGroup>(fields, {
    'group-id': (group) => [group.id],
    'group-name': (group) => [group.name],
    'vpc-id': (group) => [group.vpcId],
    description: (group) => [group.description],
    'owner-id': (group) => [group.owner],
  });
  const shown = all.filter((group) => names.length === 0 || names.includes(group.name)).filter(passes);
  return { securityGroupInfo: shown.map(renderGroup) };
}

/** Not while an instance that is not terminated has it. Source: EC2 API Reference, DeleteSecurityGroup. */
export function deleteSecurityGroup(fields: Fields, context: CallContext): XmlStructure {
  const id = fields.text('GroupId');
  const name = fields.text('GroupName');
  if (id === undefined && name === undefined) {
    throw new CloudError('MissingParameter', 'The request must contain the parameter groupName or groupId');
  }
  const wanted = id ?? listGroups(context).find((group) => group.name === name)?.id;
  if (wanted === undefined) {
    throw new CloudError('InvalidGroup.NotFound', `The security group '${name}' does not exist`);
  }
  const group = findGroup(wanted, context);
  if (group.name === 'default') {
    const message = `the specified group: "${group.id}" name: "default" cannot be deleted by a user`;
    throw new CloudError('CannotDelete', message);
  }
  const used = [...context.region.instances.values()].some(
    (one) => one.state !== 'terminated' && one.groups.some((member) => member.id === group.id),
  );
  if (used) throw new CloudError('DependencyViolation', `resource ${group.id} has a dependent object`);
  context.region.securityGroups.delete(group.id);
  context.region.changed();
  return { return: true, groupId: group.id };
}

/** `IpPermissions.N`, and the older form with one rule in the request itself. */
function readRules(fields: Fields): IngressRule[] {
  const permissions = fields.items('IpPermissions');
  if (fields.text('CidrIp') !== undefined) {
    return [rule(fields, required(fields, 'CidrIp'), undefined)];
  }
  return permissions.flatMap((permission) => {
    if (permission.items('Groups').length + permission.items('PrefixListIds').length > 0) {
      throw invalidParameter('localcloud knows rules by address range only');
    }
    return [
      ...permission
        .items('IpRanges')
        .map((range) => rule(permission, required(range, 'CidrIp'), range.text('Description'))),
      ...permission
        .items('Ipv6Ranges')
        .map((range) => rule(permission, required(range, 'CidrIpv6'), range.text('Description'))),
    ];
  });
}

function rule(fields: Fields, cidr: string, description: string | undefined): IngressRule {
  const protocol = required(fields, 'IpProtocol').toLowerCase();
  if (!/^(tcp|udp|icmp|icmpv6|-1|\d{1,3})$/.test(protocol)) {
    throw invalidParameter(`Invalid value '${protocol}' for IP protocol. Unknown protocol.`);
  }
  const [address = '', bits = '', ...rest] = cidr.split('/');
  const most = isIPv4(address) ? 32 : isIPv6(address) ? 128 : -1;
  if (!/^\d{1,3}$/.test(bits) || Number(bits) > most || rest.length > 0) {
    throw invalidParameter(`CIDR block ${cidr} is malformed`);
  }
  const all = protocol === '-1';
  const fromPort = all ? -1 : (fields.integer('FromPort') ?? -1);
  const toPort = all ? -1 : (fields.integer('ToPort') ?? -1);
  if (
    (protocol === 'tcp' || protocol === 'udp') &&
    !(fromPort >= 0 && fromPort <= toPort && toPort < 65_536)
  ) {
    throw invalidParameter(`Invalid TCP/UDP port range (${fromPort}:${toPort})`);
  }
  const id = newId('sgr');
  return { id, protocol, fromPort, toPort, cidr, ...(description === undefined ? {} : { description }) };
}

function isSame(one: IngressRule, other: IngressRule): boolean {
  return (
    one.protocol === other.protocol &&
    one.fromPort === other.fromPort &&
    one.toPort === other.toPort &&
    one.cidr === other.cidr
  );
}

function renderGroup(group: SecurityGroup): XmlStructure {
  return {
    groupId: group.id,
    groupName: group.name,
    groupDescription: group.description,
    ownerId: group.owner,
    vpcId: group.vpcId,
    ipPermissions: group.ingress.map(({ protocol, fromPort, toPort, cidr, description }) => ({
      ipProtocol: protocol,
      fromPort: protocol === '-1' ? undefined : fromPort,
      toPort: protocol === '-1' ? undefined : toPort,
      ...(cidr.includes(':')
        ? { ipv6Ranges: [{ cidrIpv6: cidr, description }] }
        : { ipRanges: [{ cidrIp: cidr, description }] }),
    })),
    ipPermissionsEgress: [{ ipProtocol: '-1', ipRanges: [{ cidrIp: '0.0.0.0/0' }] }],
    tagSet: renderTags(group.tags),
  };
}
