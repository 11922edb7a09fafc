import type { Instance, KeyPair, SecurityGroup, Volume } from './compute-types.ts';

/** What one region holds, as it is on disk. Times are milliseconds of the cloud's clock. Lists, no maps: keys are untrusted. */

export interface Tag {
  key: string;
  value: string;
}

/** Who else may use a thing: everybody, or accounts. */
export interface Sharing {
  public: boolean;
  accounts: string[];
}

/** A thing that may not be found yet. */
export interface Visibility {
  visibleAt: number;
  /** Chance of a look before `visibleAt` to find it. */
  glimpse: number;
}

export interface Device {
  name: string;
  snapshotId?: string;
  volumeSize?: number;
  volumeType?: string;
  iops?: number;
  throughput?: number;
  deleteOnTermination: boolean;
  encrypted: boolean;
}

export interface Image extends Visibility {
  id: string;
  owner: string;
  name: string;
  description?: string;
  architecture: string;
  virtualizationType: string;
  rootDeviceName: string;
  devices: Device[];
  enaSupport: boolean;
  bootMode?: string;
  tpmSupport?: string;
  imdsSupport?: string;
  sriovNetSupport?: string;
  sourceImageId?: string;
  sourceRegion?: string;
  createdAt: number;
  /** Pending before. */
  availableAt: number;
  deprecateAt?: number;
  deregisteredAt?: number;
  sharing: Sharing;
  tags: Tag[];
}

export interface Snapshot extends Visibility {
  id: string;
  owner: string;
  description: string;
  /** GiB. */
  volumeSize: number;
  encrypted: boolean;
  /** open: takes blocks by EBS direct. sealed: completed once `completesAt` has come. failed: cancelled. */
  phase: 'open' | 'sealed' | 'failed';
  startedAt: number;
  completesAt?: number;
  /** Minutes without a block until an open snapshot fails. */
  timeout: number;
  parent?: string;
  /** Region it was copied from. */
  sourceRegion?: string;
  sharing: Sharing;
  tags: Tag[];
}

export interface Parameter {
  account: string;
  name: string;
  value: string;
  type: string;
  dataType: string;
  description?: string;
  version: number;
  modifiedAt: number;
  /** A value that shows from a time on: image parameters are validated later. */
  pending?: { value: string; at: number };
  tags: Tag[];
}

/** A client token that was used, with what it stood for. */
export interface Token {
  /** account, call and token, joined. */
  key: string;
  digest: string;
  id: string;
}

/** What an account may have set or been granted in a region. */
export interface RegionSettings {
  /** As DescribeRegions has it. not-opted-in: the region refuses the account's credentials. */
  optInStatus: 'opt-in-not-required' | 'opted-in' | 'not-opted-in';
  imageBlockPublicAccess: 'unblocked' | 'block-new-sharing';
  snapshotBlockPublicAccess: 'unblocked' | 'block-new-sharing' | 'block-all-sharing';
  ebsEncryptionByDefault: boolean;
  /** Public AMIs: 5. EC2 User Guide, "AMI quotas"; those in the recycle bin count. */
  publicImages: number;
  /** AMIs, public and private: 50,000. Same source. */
  images: number;
  /** Accounts one AMI is shared with: 1,000. Same source. */
  sharedAccounts: number;
  /** EBS snapshots: 100,000. EBS endpoints and quotas. */
  snapshots: number;
}

export const DEFAULT_SETTINGS: RegionSettings = {
  optInStatus: 'opt-in-not-required',
  imageBlockPublicAccess: 'unblocked',
  snapshotBlockPublicAccess: 'unblocked',
  ebsEncryptionByDefault: false,
  publicImages: 5,
  images: 50_000,
  sharedAccounts: 1000,
  snapshots: 100_000,
};

/** The file of a region. */
export interface RegionFile {
  version: 1;
  region: string;
  settings: RegionSettings;
  images: Image[];
  snapshots: Snapshot[];
  parameters: Parameter[];
  tokens: Token[];
  /** Left out in files that were written before localcloud booted images. */
  instances?: Instance[];
  volumes?: Volume[];
  keyPairs?: KeyPair[];
  securityGroups?: SecurityGroup[];
}
