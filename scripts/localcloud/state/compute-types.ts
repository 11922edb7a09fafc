/** Instances and what they need, as they are on disk. Times are milliseconds of the cloud's clock. */
import type { Tag, Visibility } from './types.ts';

/** Source: EC2 API Reference, InstanceState. */
export type InstanceState = 'pending' | 'running' | 'stopping' | 'stopped' | 'shutting-down' | 'terminated';

export type ShutdownBehavior = 'stop' | 'terminate';

export interface MetadataOptions {
  httpTokens: 'required' | 'optional';
  httpEndpoint: 'enabled' | 'disabled';
  hopLimit: number;
  instanceTags: 'enabled' | 'disabled';
}

export interface Instance extends Visibility {
  id: string;
  owner: string;
  reservationId: string;
  imageId: string;
  instanceType: string;
  architecture: string;
  /** As the image is registered. */
  bootMode?: string;
  rootDeviceName: string;
  state: InstanceState;
  stateReason?: { code: string; message: string };
  /** StateTransitionReason: who ended it, and when. */
  transition: string;
  launchedAt: number;
  terminatedAt?: number;
  /** Whether it ran before: a start that fails then leaves it stopped, and not terminated. */
  ran: boolean;
  keyName?: string;
  /** A line of authorized_keys; stays when the key pair is deleted. */
  publicKey?: string;
  /** Base64. */
  userData?: string;
  groups: { id: string; name: string }[];
  subnetId: string;
  zone: string;
  publicAddress: boolean;
  interfaceId: string;
  mac: string;
  shutdownBehavior: ShutdownBehavior;
  metadata: MetadataOptions;
  clientToken?: string;
  tags: Tag[];
}

export interface Volume extends Visibility {
  id: string;
  owner: string;
  /** GiB. */
  size: number;
  volumeType: string;
  zone: string;
  snapshotId?: string;
  createdAt: number;
  attachment?: Attachment;
  tags: Tag[];
}

export interface Attachment {
  instanceId: string;
  /** Name the caller gave: /dev/sdf. */
  device: string;
  attachedAt: number;
  deleteOnTermination: boolean;
}

export interface KeyPair {
  id: string;
  owner: string;
  name: string;
  type: 'rsa' | 'ed25519';
  fingerprint: string;
  /** A line of authorized_keys, with the name as its comment. */
  publicKey: string;
  createdAt: number;
  tags: Tag[];
}

export interface IngressRule {
  id: string;
  /** tcp, udp, icmp, a number, or -1 for all. */
  protocol: string;
  fromPort: number;
  toPort: number;
  cidr: string;
  description?: string;
}

export interface SecurityGroup {
  id: string;
  owner: string;
  name: string;
  description: string;
  vpcId: string;
  ingress: IngressRule[];
  tags: Tag[];
}
