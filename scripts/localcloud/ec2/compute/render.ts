/** Instances as answers show them. */
import type { CallContext } from '../../cloud.ts';
import { GUEST_ADDRESS } from '../../compute/hypervisor.ts';
import { localHostname } from '../../compute/imds/tree.ts';
import { volumesOf } from '../../compute/instance-events.ts';
import { publicAddressOf } from '../../compute/instance-facts.ts';
import { defaultVpc } from '../../compute/network.ts';
import type { XmlStructure } from '../../protocols/xml.ts';
import { STATE_CODES } from '../../rules/instance-states.ts';
import { firmwareOf, sizeOf } from '../../rules/instance-types.ts';
import type { Instance, InstanceState } from '../../state/compute-types.ts';
import type { Tag } from '../../state/types.ts';

/** undefined for none: the element is left out. */
export function renderTags(tags: readonly Tag[]): XmlStructure[] | undefined {
  return tags.length === 0 ? undefined : tags.map(({ key, value }) => ({ key, value }));
}

export function renderState(state: InstanceState): XmlStructure {
  return { code: STATE_CODES[state], name: state };
}

/** Source: EC2 API Reference, Reservation and Instance. A terminated instance has no network and no devices any more. */
export function renderReservation(instance: Instance, context: CallContext): XmlStructure {
  return {
    reservationId: instance.reservationId,
    ownerId: instance.owner,
    groupSet: [],
    instancesSet: [renderInstance(instance, context)],
  };
}

function renderInstance(instance: Instance, context: CallContext): XmlStructure {
  const gone = instance.state === 'terminated';
  const { metadata, stateReason } = instance;
  return {
    instanceId: instance.id,
    imageId: instance.imageId,
    instanceState: renderState(instance.state),
    stateReason: stateReason === undefined ? undefined : { ...stateReason },
    reason: instance.transition,
    keyName: instance.keyName,
    amiLaunchIndex: 0,
    productCodes: [],
    instanceType: instance.instanceType,
    launchTime: new Date(instance.launchedAt),
    placement: { availabilityZone: instance.zone, groupName: '', tenancy: 'default' },
    monitoring: { state: 'disabled' },
    ...(gone ? { privateDnsName: '', dnsName: '' } : renderNetwork(instance, context)),
    architecture: instance.architecture,
    rootDeviceType: 'ebs',
    rootDeviceName: instance.rootDeviceName,
    blockDeviceMapping: gone ? [] : renderDevices(instance, context),
    virtualizationType: 'hvm',
    hypervisor: 'xen',
    clientToken: instance.clientToken ?? '',
    ebsOptimized: false,
    enaSupport: true,
    cpuOptions: { coreCount: 1, threadsPerCore: sizeOf(instance.instanceType).vcpus },
    metadataOptions: {
      state: 'applied',
      httpTokens: metadata.httpTokens,
      httpPutResponseHopLimit: metadata.hopLimit,
      httpEndpoint: metadata.httpEndpoint,
      httpProtocolIpv6: 'disabled',
      instanceMetadataTags: metadata.instanceTags,
    },
    bootMode: instance.bootMode,
    currentInstanceBootMode: firmwareOf(instance) === 'uefi' ? 'uefi' : 'legacy-bios',
    platformDetails: 'Linux/UNIX',
    usageOperation: 'RunInstances',
    tagSet: renderTags(instance.tags),
  };
}

function renderNetwork(instance: Instance, context: CallContext): XmlStructure {
  const vpcId = defaultVpc(instance.owner, context.region.name).id;
  const address = publicAddressOf(instance);
  const name = localHostname(context.region.name);
  const groups = instance.groups.map((group) => ({ groupId: group.id, groupName: group.name }));
  const association = address === undefined ? undefined : { publicIp: address, ipOwnerId: 'amazon' };
  return {
    privateDnsName: name,
    privateIpAddress: GUEST_ADDRESS,
    dnsName: '',
    ipAddress: address,
    subnetId: instance.subnetId,
    vpcId,
    sourceDestCheck: true,
    groupSet: groups,
    networkInterfaceSet: [
      {
        networkInterfaceId: instance.interfaceId,
        subnetId: instance.subnetId,
        vpcId,
        ownerId: instance.owner,
        status: 'in-use',
        macAddress: instance.mac,
        privateIpAddress: GUEST_ADDRESS,
        groupSet: groups,
        association,
        attachment: { deviceIndex: 0, status: 'attached', deleteOnTermination: true },
        privateIpAddressesSet: [{ privateIpAddress: GUEST_ADDRESS, primary: true, association }],
      },
    ],
  };
}

function renderDevices(instance: Instance, { region }: CallContext): XmlStructure[] {
  return volumesOf(region, instance).flatMap(({ id, attachment }) =>
    attachment === undefined
      ? []
      : [
          {
            deviceName: attachment.device,
            ebs: {
              volumeId: id,
              status: 'attached',
              attachTime: new Date(attachment.attachedAt),
              deleteOnTermination: attachment.deleteOnTermination,
            },
          },
        ],
  );
}
