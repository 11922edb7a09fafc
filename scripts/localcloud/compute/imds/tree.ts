/** The metadata of an instance as a tree of texts. */
import { GUEST_ADDRESS, GUEST_NETWORK } from '../hypervisor.ts';

/** What the service says of an instance. */
export interface MetadataFacts {
  instanceId: string;
  reservationId: string;
  imageId: string;
  instanceType: string;
  architecture: string;
  account: string;
  region: string;
  zone: string;
  mac: string;
  interfaceId: string;
  subnetId: string;
  vpcId: string;
  groups: readonly { id: string; name: string }[];
  rootDeviceName: string;
  /** Of the other volumes. */
  devices: readonly string[];
  publicAddress: string | undefined;
  key: { name: string; openssh: string } | undefined;
  userData: Buffer | undefined;
  /** RFC 3339, when it was started. */
  pendingTime: string;
  /** Only when the instance shows its tags. */
  tags: readonly { key: string; value: string }[] | undefined;
}

/**
 * Values by their path below `meta-data/`. Source: EC2 User Guide, "Instance metadata categories". What this cloud has not
 * (IAM roles, events, spot) is not there, as on an instance without them.
 */
export function metadataTree(facts: MetadataFacts): Map<string, string> {
  const host = localHostname(facts.region);
  const { key, publicAddress, tags } = facts;
  const interfacePath = `network/interfaces/macs/${facts.mac}`;
  const entries: [string, string | undefined][] = [
    ['ami-id', facts.imageId],
    ['ami-launch-index', '0'],
    ['ami-manifest-path', '(unknown)'],
    ['block-device-mapping/ami', facts.rootDeviceName],
    ...facts.devices.map((name, index): [string, string] => [`block-device-mapping/ebs${index + 1}`, name]),
    ['block-device-mapping/root', facts.rootDeviceName],
    ['hostname', host],
    ['instance-action', 'none'],
    ['instance-id', facts.instanceId],
    ['instance-life-cycle', 'on-demand'],
    ['instance-type', facts.instanceType],
    ['local-hostname', host],
    ['local-ipv4', GUEST_ADDRESS],
    ['mac', facts.mac],
    [`${interfacePath}/device-number`, '0'],
    [`${interfacePath}/interface-id`, facts.interfaceId],
    [`${interfacePath}/local-hostname`, host],
    [`${interfacePath}/local-ipv4s`, GUEST_ADDRESS],
    [`${interfacePath}/mac`, facts.mac],
    [`${interfacePath}/owner-id`, facts.account],
    [`${interfacePath}/public-ipv4s`, publicAddress],
    [`${interfacePath}/security-group-ids`, lines(facts.groups.map((group) => group.id))],
    [`${interfacePath}/security-groups`, lines(facts.groups.map((group) => group.name))],
    [`${interfacePath}/subnet-id`, facts.subnetId],
    [`${interfacePath}/subnet-ipv4-cidr-block`, GUEST_NETWORK],
    [`${interfacePath}/vpc-id`, facts.vpcId],
    [`${interfacePath}/vpc-ipv4-cidr-block`, GUEST_NETWORK],
    [`${interfacePath}/vpc-ipv4-cidr-blocks`, GUEST_NETWORK],
    ['placement/availability-zone', facts.zone],
    ['placement/region', facts.region],
    ['profile', 'default-hvm'],
    ['public-ipv4', publicAddress],
    ['public-keys/0/openssh-key', key?.openssh],
    ['reservation-id', facts.reservationId],
    ['security-groups', lines(facts.groups.map((group) => group.name))],
    ['services/domain', 'amazonaws.com'],
    ['services/partition', 'aws'],
    ['system', 'nitro'],
    ...(tags ?? []).map((tag): [string, string] => [`tags/instance/${tag.key}`, tag.value]),
  ];
  return new Map(entries.flatMap(([path, value]) => (value === undefined ? [] : [[path, value]])));
}

/** Names of the default kind. Source: VPC User Guide, "DNS attributes for your VPC". */
export function localHostname(region: string): string {
  const name = `ip-${GUEST_ADDRESS.replaceAll('.', '-')}`;
  return region === 'us-east-1' ? `${name}.ec2.internal` : `${name}.${region}.compute.internal`;
}

/**
 * The text at a path, or the list of what is below it, folders with a `/`; undefined when there is neither.
 * The list of keys is `INDEX=NAME`. Source: EC2 User Guide, "Access instance metadata", examples.
 */
export function readTree(
  tree: ReadonlyMap<string, string>,
  path: string,
  keyName?: string,
): string | undefined {
  const value = tree.get(path);
  if (value !== undefined) return value;
  const folder = path === '' || path.endsWith('/') ? path : `${path}/`;
  const below = [...tree.keys()]
    .filter((one) => one.startsWith(folder))
    .map((one) => one.slice(folder.length));
  if (below.length === 0) return undefined;
  if (folder === 'public-keys/') return `0=${keyName ?? ''}`;
  const names = below.map((one) => (one.includes('/') ? `${one.slice(0, one.indexOf('/'))}/` : one));
  return lines([...new Set(names)].sort());
}

/** Source: EC2 User Guide, "Instance identity documents". Unsigned: nobody outside could check a signature of ours. */
export function identityDocument(facts: MetadataFacts): string {
  return JSON.stringify(
    {
      accountId: facts.account,
      architecture: facts.architecture,
      availabilityZone: facts.zone,
      billingProducts: null,
      devpayProductCodes: null,
      marketplaceProductCodes: null,
      imageId: facts.imageId,
      instanceId: facts.instanceId,
      instanceType: facts.instanceType,
      kernelId: null,
      pendingTime: facts.pendingTime,
      privateIp: GUEST_ADDRESS,
      ramdiskId: null,
      region: facts.region,
      version: '2017-09-30',
    },
    undefined,
    2,
  );
}

function lines(texts: readonly string[]): string {
  return texts.join('\n');
}
