/** Instances of one region, and what they need: a key pair, a security group. */

/** `gone` is terminated, but still shown. */
export interface CloudInstance {
  id: string;
  state: 'pending' | 'running' | 'stopped' | 'ending' | 'gone';
  /** Why it is in this state, such as Client.InstanceInitiatedShutdown; undefined while nothing ended it. */
  reason: string | undefined;
  publicAddress: string | undefined;
  privateAddress: string | undefined;
  tags: Record<string, string>;
}

export interface InstanceRequest {
  ami: string;
  instanceType: string;
  /** Name of a key pair. */
  key: string;
  /** Id of a security group. */
  group: string;
  /** Default: one of the default VPC. */
  subnet: string | undefined;
  /** Size of the root volume. */
  gibibytes: number;
  /** Text. */
  userData: string;
  tags: Record<string, string>;
  /** The same token gives the same instance. */
  token: string;
}

/** A part of CloudRegion, with its errors. */
export interface CloudInstances {
  /** @param publicKey a line of authorized_keys. @throws `conflict` when there is one of this name */
  importKey(name: string, publicKey: string, tags: Record<string, string>): Promise<void>;
  /** Names of key pairs with all these tags. */
  findKeys(tags: Record<string, string>): Promise<string[]>;
  /** One that is gone is no error. */
  deleteKey(name: string): Promise<void>;
  /** Ids of security groups with all these tags. */
  findGroups(tags: Record<string, string>): Promise<string[]>;
  /** A security group of the default VPC that lets nobody in. @throws `conflict` when there is one of this name */
  makeGroup(name: string, tags: Record<string, string>): Promise<string>;
  /** Lets addresses of a CIDR block reach the group's instances by ssh. */
  allowSsh(group: string, from: string): Promise<void>;
  /** One that is gone is no error. @throws `conflict` while an instance uses it */
  removeGroup(id: string): Promise<void>;

  /** Starts one that accepts only IMDSv2, and that is terminated when it powers itself off. */
  runInstance(request: InstanceRequest): Promise<string>;
  /** Instances with all these tags that are not gone. */
  findInstances(tags: Record<string, string>): Promise<CloudInstance[]>;
  instance(id: string): Promise<CloudInstance | undefined>;
  rebootInstance(id: string): Promise<void>;
  /** One that is gone is no error. */
  terminateInstance(id: string): Promise<void>;
  /** The last 64 KiB or so of the serial console, as they are now; empty while there is nothing. */
  consoleOutput(id: string): Promise<string>;
  /** The screen, as JPEG; undefined when there is no picture. */
  consoleScreenshot(id: string): Promise<Uint8Array | undefined>;
}
