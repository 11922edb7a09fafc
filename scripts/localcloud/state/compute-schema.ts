import { count, flag, list, object, tags, text, time, visibility } from './schema-parts.ts';

const onOff = { enum: ['enabled', 'disabled'] };

const instance = object(
  {
    ...visibility,
    id: text,
    owner: text,
    reservationId: text,
    imageId: text,
    instanceType: text,
    architecture: text,
    rootDeviceName: text,
    state: { enum: ['pending', 'running', 'stopping', 'stopped', 'shutting-down', 'terminated'] },
    transition: text,
    launchedAt: time,
    ran: flag,
    groups: list(object({ id: text, name: text })),
    subnetId: text,
    zone: text,
    publicAddress: flag,
    interfaceId: text,
    mac: text,
    shutdownBehavior: { enum: ['stop', 'terminate'] },
    metadata: object({
      httpTokens: { enum: ['required', 'optional'] },
      httpEndpoint: onOff,
      hopLimit: count,
      instanceTags: onOff,
    }),
    tags,
  },
  {
    bootMode: text,
    stateReason: object({ code: text, message: text }),
    terminatedAt: time,
    keyName: text,
    publicKey: text,
    userData: text,
    clientToken: text,
  },
);

const attachment = object({ instanceId: text, device: text, attachedAt: time, deleteOnTermination: flag });

const volume = object(
  {
    ...visibility,
    id: text,
    owner: text,
    size: count,
    volumeType: text,
    zone: text,
    createdAt: time,
    tags,
  },
  { snapshotId: text, attachment },
);

const keyPair = object({
  id: text,
  owner: text,
  name: text,
  type: { enum: ['rsa', 'ed25519'] },
  fingerprint: text,
  publicKey: text,
  createdAt: time,
  tags,
});

const rule = object(
  { id: text, protocol: text, fromPort: { type: 'integer' }, toPort: { type: 'integer' }, cidr: text },
  { description: text },
);

const securityGroup = object({
  id: text,
  owner: text,
  name: text,
  description: text,
  vpcId: text,
  ingress: list(rule),
  tags,
});

/** Lists of a region's file that were not there from the beginning. */
export const computeLists = {
  instances: list(instance),
  volumes: list(volume),
  keyPairs: list(keyPair),
  securityGroups: list(securityGroup),
};
