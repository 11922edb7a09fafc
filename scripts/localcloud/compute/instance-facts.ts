/** What follows from the record of an instance. */
import type { IngressRule, Instance } from '../state/compute-types.ts';
import type { Region } from '../state/region.ts';
import type { MetadataFacts } from './imds/tree.ts';
import { volumesOf } from './instance-events.ts';
import { defaultVpc } from './network.ts';

/** The host's loopback stands in for the internet. */
export const PUBLIC_ADDRESS = '127.0.0.1';

export function publicAddressOf(instance: Instance): string | undefined {
  return instance.publicAddress && instance.state === 'running' ? PUBLIC_ADDRESS : undefined;
}

/** Whether ssh from outside gets in: a public address, and a rule for TCP 22. Other ports lead nowhere. */
export function admitsSsh(region: Region, instance: Instance): boolean {
  if (!instance.publicAddress) return false;
  const rules = instance.groups.flatMap(({ id }) => region.securityGroups.get(id)?.ingress ?? []);
  return rules.some(coversSsh);
}

function coversSsh({ protocol, fromPort, toPort }: IngressRule): boolean {
  if (protocol === '-1') return true;
  return (protocol === 'tcp' || protocol === '6') && fromPort <= 22 && 22 <= toPort;
}

export function metadataFacts(region: Region, instance: Instance): MetadataFacts {
  const { keyName, publicKey, userData } = instance;
  const [, ...others] = volumesOf(region, instance);
  return {
    instanceId: instance.id,
    reservationId: instance.reservationId,
    imageId: instance.imageId,
    instanceType: instance.instanceType,
    architecture: instance.architecture,
    account: instance.owner,
    region: region.name,
    zone: instance.zone,
    mac: instance.mac,
    interfaceId: instance.interfaceId,
    subnetId: instance.subnetId,
    vpcId: defaultVpc(instance.owner, region.name).id,
    groups: instance.groups,
    rootDeviceName: instance.rootDeviceName,
    devices: others.flatMap((volume) => volume.attachment?.device ?? []),
    publicAddress: publicAddressOf(instance),
    key: keyName === undefined || publicKey === undefined ? undefined : { name: keyName, openssh: publicKey },
    userData: userData === undefined ? undefined : Buffer.from(userData, 'base64'),
    pendingTime: new Date(instance.launchedAt).toISOString().replace(/\.\d+Z$/, 'Z'),
    tags: instance.metadata.instanceTags === 'enabled' ? instance.tags : undefined,
  };
}
