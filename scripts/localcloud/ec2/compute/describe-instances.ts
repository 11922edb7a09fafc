import type { CallContext } from '../../cloud.ts';
import { GUEST_ADDRESS } from '../../compute/hypervisor.ts';
import { publicAddressOf } from '../../compute/instance-facts.ts';
import { defaultVpc } from '../../compute/network.ts';
import type { Fields } from '../../protocols/fields.ts';
import type { XmlStructure } from '../../protocols/xml.ts';
import { STATE_CODES } from '../../rules/instance-states.ts';
import type { Instance } from '../../state/compute-types.ts';
import { type FilterTable, page, readFilters } from '../filters.ts';
import { findInstances, listInstances } from './find.ts';
import { renderReservation } from './render.ts';

/** Terminated instances show for about an hour. Source: EC2 API Reference, DescribeInstances. */
export function describeInstances(fields: Fields, context: CallContext): XmlStructure {
  const ids = fields.texts('InstanceId');
  const passes = readFilters(fields, filters(context));
  const found = (ids.length > 0 ? findInstances(ids, context) : listInstances(context)).filter(passes);
  const { things, nextToken } = page(found, fields, { min: 5, max: 1000, idsGiven: ids.length > 0 });
  return { reservationSet: things.map((instance) => renderReservation(instance, context)), nextToken };
}

function filters(context: CallContext): FilterTable<Instance> {
  return {
    'instance-id': (instance) => [instance.id],
    'instance-state-name': (instance) => [instance.state],
    'instance-state-code': (instance) => [String(STATE_CODES[instance.state])],
    'instance-type': (instance) => [instance.instanceType],
    'image-id': (instance) => [instance.imageId],
    'key-name': (instance) => [instance.keyName],
    'client-token': (instance) => [instance.clientToken],
    'reservation-id': (instance) => [instance.reservationId],
    'owner-id': (instance) => [instance.owner],
    'availability-zone': (instance) => [instance.zone],
    'subnet-id': (instance) => [instance.subnetId],
    'vpc-id': (instance) => [defaultVpc(instance.owner, context.region.name).id],
    'instance.group-id': (instance) => instance.groups.map((group) => group.id),
    'private-ip-address': () => [GUEST_ADDRESS],
    'ip-address': (instance) => [publicAddressOf(instance)],
  };
}

/** Source: EC2 API Reference, DescribeVpcs. There is the default one. */
export function describeVpcs(fields: Fields, context: CallContext): XmlStructure {
  const vpc = defaultVpc(context.identity.account, context.region.name);
  const thing = { id: vpc.id, tags: [] };
  const wanted = fields.texts('VpcId');
  const passes = readFilters<typeof thing>(fields, {
    'vpc-id': ({ id }) => [id],
    'is-default': () => ['true'],
    state: () => ['available'],
  });
  const shown = (wanted.length === 0 || wanted.includes(vpc.id)) && passes(thing);
  const owner = context.identity.account;
  return {
    vpcSet: shown
      ? [{ vpcId: vpc.id, state: 'available', cidrBlock: '169.254.0.0/16', isDefault: true, ownerId: owner }]
      : [],
  };
}

/** Source: EC2 API Reference, DescribeSubnets. One in each zone, all of them default. */
export function describeSubnets(fields: Fields, context: CallContext): XmlStructure {
  const vpc = defaultVpc(context.identity.account, context.region.name);
  const wanted = fields.texts('SubnetId');
  const passes = readFilters<{ id: string; zone: string; tags: [] }>(fields, {
    'subnet-id': ({ id }) => [id],
    'vpc-id': () => [vpc.id],
    'availability-zone': ({ zone }) => [zone],
    'default-for-az': () => ['true'],
    state: () => ['available'],
  });
  const shown = vpc.subnets
    .filter(({ id }) => wanted.length === 0 || wanted.includes(id))
    .filter(({ id, zone }) => passes({ id, zone, tags: [] }));
  return {
    subnetSet: shown.map(({ id, zone, cidr }) => ({
      subnetId: id,
      vpcId: vpc.id,
      state: 'available',
      availabilityZone: zone,
      cidrBlock: cidr,
      defaultForAz: true,
      mapPublicIpOnLaunch: true,
      ownerId: context.identity.account,
    })),
  };
}
