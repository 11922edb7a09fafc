/** The SDK's clients, made when they are first needed: loading them takes longer than most commands run. */
import type { EBSClient } from '@aws-sdk/client-ebs';
import type { EC2Client } from '@aws-sdk/client-ec2';
import type { ServiceQuotasClient } from '@aws-sdk/client-service-quotas';
import type { SSMClient } from '@aws-sdk/client-ssm';
import type { STSClient } from '@aws-sdk/client-sts';

export interface Credentials {
  accessKeyId: string;
  secretAccessKey: string;
  sessionToken?: string;
}

export interface ClientOptions {
  /** Stands for all services, when given. */
  endpoint?: string | undefined;
  /** Default: the SDK's own search (environment, files, web identity, instance). */
  credentials?: Credentials | undefined;
}

export interface Clients {
  ebs(): Promise<{ client: EBSClient; sdk: typeof import('@aws-sdk/client-ebs') }>;
  ec2(): Promise<{ client: EC2Client; sdk: typeof import('@aws-sdk/client-ec2') }>;
  quotas(): Promise<{ client: ServiceQuotasClient; sdk: typeof import('@aws-sdk/client-service-quotas') }>;
  ssm(): Promise<{ client: SSMClient; sdk: typeof import('@aws-sdk/client-ssm') }>;
  sts(): Promise<{ client: STSClient; sdk: typeof import('@aws-sdk/client-sts') }>;
}

/** Blocks in flight need a connection each. */
const sockets = 96;

/** Milliseconds. A connection that hangs is worth less than a new one: calls are short, and blocks half a MiB. */
const timeouts = { connection: 5_000, call: 30_000, block: 15_000 } as const;

/** Clients of one region. They never try again by themselves: retry.ts does, with the Clock port. */
export function createClients(region: string, { endpoint, credentials }: ClientOptions): Clients {
  const configFor = (requestTimeout: number) => ({
    region,
    maxAttempts: 1,
    ...(endpoint === undefined ? {} : { endpoint }),
    ...(credentials === undefined ? {} : { credentials: { ...credentials } }),
    requestHandler: {
      connectionTimeout: timeouts.connection,
      requestTimeout,
      throwOnRequestTimeout: true,
      socketTimeout: requestTimeout,
      httpAgent: { keepAlive: true, maxSockets: sockets },
      httpsAgent: { keepAlive: true, maxSockets: sockets },
    },
  });
  const calls = configFor(timeouts.call);
  return {
    ebs: once(async () => {
      const sdk = await import('@aws-sdk/client-ebs');
      return { sdk, client: new sdk.EBSClient(configFor(timeouts.block)) };
    }),
    ec2: once(async () => {
      const sdk = await import('@aws-sdk/client-ec2');
      return { sdk, client: new sdk.EC2Client(calls) };
    }),
    quotas: once(async () => {
      const sdk = await import('@aws-sdk/client-service-quotas');
      return { sdk, client: new sdk.ServiceQuotasClient(calls) };
    }),
    ssm: once(async () => {
      const sdk = await import('@aws-sdk/client-ssm');
      return { sdk, client: new sdk.SSMClient(calls) };
    }),
    sts: once(async () => {
      const sdk = await import('@aws-sdk/client-sts');
      return { sdk, client: new sdk.STSClient(calls) };
    }),
  };
}

function once<T>(make: () => Promise<T>): () => Promise<T> {
  let made: Promise<T> | undefined;
  return () => {
    made ??= make();
    return made;
  };
}
