/** AWS as stages see it: one account, its regions, and in each region snapshots, images, parameters and settings. */
import type { AwsArchitecture } from '../model/aws-names.ts';
import type { CloudInstances } from './instances.ts';

/**
 * Every method may throw AperiodicError: `denied` (credentials, permissions, settings of the account), `quota`,
 * `unreachable` (after the adapter tried again for as long as its patience lasts), `invalid`, `internal`. Throttling, lost
 * replies, and things that a write does not find yet are tried again inside. Reads may be behind writes for minutes.
 */
export interface Cloud {
  /** The account that the credentials belong to, 12 digits. */
  account(): Promise<string>;
  /** Ids of the regions that the account may use. */
  regions(): Promise<string[]>;
  /** @param patience seconds until a call that keeps failing is given up; the adapter's own when left out */
  region(id: string, patience?: number): CloudRegion;
}

/** The states that count; `gone` is deregistered or deleted, but still shown. */
export interface CloudImage {
  id: string;
  name: string;
  state: 'pending' | 'available' | 'failed' | 'gone';
  public: boolean;
  /** Of the root device. */
  snapshot: string | undefined;
  tags: Record<string, string>;
  /** RFC 3339. */
  createdAt: string;
  deprecateAt: string | undefined;
}

export interface CloudSnapshot {
  id: string;
  state: 'pending' | 'completed' | 'error';
  encrypted: boolean;
  tags: Record<string, string>;
  createdAt: string;
}

export interface SnapshotRequest {
  gibibytes: number;
  description: string;
  tags: Record<string, string>;
  /** The same token gives the same snapshot. */
  token: string;
}

export interface RegisterRequest {
  /** Also the description. */
  name: string;
  snapshot: string;
  architecture: AwsArchitecture;
  bootMode: 'uefi-preferred' | 'uefi';
  tags: Record<string, string>;
}

export interface CopyRequest {
  source: { region: string; ami: string };
  /** Also the description. */
  name: string;
  /** Of the copy and its snapshot. */
  tags: Record<string, string>;
  /** The same token gives the same copy. */
  token: string;
}

export type Sharing = 'public' | 'private';

/** A quota of the account in one region, and how much of it is taken. */
export interface Room {
  quota: number;
  used: number;
}

/** One region. Ids are of things in it. Only things of the account itself are found. */
export interface CloudRegion extends CloudInstances {
  readonly id: string;

  /** Snapshots with all these tags, oldest first. */
  findSnapshots(tags: Record<string, string>): Promise<CloudSnapshot[]>;
  snapshot(id: string): Promise<CloudSnapshot | undefined>;
  /** A snapshot that takes blocks. */
  startSnapshot(request: SnapshotRequest): Promise<string>;
  /**
   * Writes one block of 524288 bytes; a block that is there is replaced.
   * @param digest base64 of its SHA-256
   * @throws `conflict` when the snapshot takes no more blocks
   */
  putBlock(snapshot: string, index: number, data: Uint8Array, digest: string): Promise<void>;
  /**
   * Seals a snapshot.
   * @param count of blocks written
   * @param checksum base64 of the SHA-256 of their digests, in order of their indexes
   * @throws `conflict` when it is sealed already, or is not what count and checksum say
   */
  completeSnapshot(snapshot: string, count: number, checksum: string): Promise<void>;
  /** Blocks of a completed snapshot, with the tokens that read them. */
  listBlocks(snapshot: string): Promise<{ index: number; token: string }[]>;
  /** A block's 524288 bytes, as its checksum says. */
  getBlock(snapshot: string, index: number, token: string): Promise<Uint8Array>;
  snapshotSharing(id: string): Promise<Sharing>;
  shareSnapshot(id: string, sharing: Sharing): Promise<void>;
  /** One that is gone is no error. @throws `conflict` while an image uses it */
  deleteSnapshot(id: string): Promise<void>;

  /** Images with all these tags, or with a name, oldest first. */
  findImages(by: { tags: Record<string, string> } | { name: string }): Promise<CloudImage[]>;
  image(id: string): Promise<CloudImage | undefined>;
  /** @throws `conflict` when the account has an image of this name */
  registerImage(request: RegisterRequest): Promise<string>;
  copyImage(request: CopyRequest): Promise<string>;
  shareImage(id: string, sharing: Sharing): Promise<void>;
  /** @param at RFC 3339, to the minute */
  deprecateImage(id: string, at: string): Promise<void>;
  /** One that is gone is no error. Its snapshot stays. */
  deregisterImage(id: string): Promise<void>;

  /** Why images or snapshots cannot be made public: block public access; undefined when they can. */
  sharingBlocked(): Promise<string | undefined>;
  encryptionByDefault(): Promise<boolean>;
  /** How many images may be public at once, and how many are. */
  publicImages(): Promise<Room>;
  /** How many snapshots the account may have, and how many it has. */
  snapshots(): Promise<Room>;

  /** Values by name; those that are not there are left out. */
  parameters(names: readonly string[]): Promise<Map<string, string>>;
  /** Parameters below a path, and their values. */
  parametersBelow(path: string): Promise<Map<string, string>>;
  /** Names an AMI of this region. AWS checks it later: the value may take a while to show. */
  putImageParameter(name: string, ami: string): Promise<void>;
  /** One that is gone is no error. */
  deleteParameter(name: string): Promise<void>;
}
