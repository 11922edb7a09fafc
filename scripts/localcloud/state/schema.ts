import { Ajv } from 'ajv';
import { computeLists } from './compute-schema.ts';
import { count, flag, list, object, tags, text, time, visibility } from './schema-parts.ts';
import type { RegionFile } from './types.ts';

const sharing = object({ public: flag, accounts: list(text) });

const device = object(
  { name: text, deleteOnTermination: flag, encrypted: flag },
  { snapshotId: text, volumeSize: count, volumeType: text, iops: count, throughput: count },
);

const image = object(
  {
    ...visibility,
    id: text,
    owner: text,
    name: text,
    architecture: text,
    virtualizationType: text,
    rootDeviceName: text,
    devices: list(device),
    enaSupport: flag,
    createdAt: time,
    availableAt: time,
    sharing,
    tags,
  },
  {
    description: text,
    bootMode: text,
    tpmSupport: text,
    imdsSupport: text,
    sriovNetSupport: text,
    sourceImageId: text,
    sourceRegion: text,
    deprecateAt: time,
    deregisteredAt: time,
  },
);

const snapshot = object(
  {
    ...visibility,
    id: text,
    owner: text,
    description: text,
    volumeSize: count,
    encrypted: flag,
    phase: { enum: ['open', 'sealed', 'failed'] },
    startedAt: time,
    timeout: count,
    sharing,
    tags,
  },
  { completesAt: time, parent: text, sourceRegion: text },
);

const parameter = object(
  {
    account: text,
    name: text,
    value: text,
    type: text,
    dataType: text,
    version: count,
    modifiedAt: time,
    tags,
  },
  { description: text, pending: object({ value: text, at: time }) },
);

const settings = object({
  optInStatus: { enum: ['opt-in-not-required', 'opted-in', 'not-opted-in'] },
  imageBlockPublicAccess: { enum: ['unblocked', 'block-new-sharing'] },
  snapshotBlockPublicAccess: { enum: ['unblocked', 'block-new-sharing', 'block-all-sharing'] },
  ebsEncryptionByDefault: flag,
  publicImages: count,
  images: count,
  sharedAccounts: count,
  snapshots: count,
});

/** Whether a value read from disk is a region's file. */
export const isRegionFile = new Ajv({ allowUnionTypes: true }).compile<RegionFile>(
  object(
    {
      version: { const: 1 },
      region: text,
      settings,
      images: list(image),
      snapshots: list(snapshot),
      parameters: list(parameter),
      tokens: list(object({ key: text, digest: text, id: text })),
    },
    computeLists,
  ),
);
