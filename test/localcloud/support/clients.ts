import { EBSClient } from '@aws-sdk/client-ebs';
import { EC2Client } from '@aws-sdk/client-ec2';
import { ServiceQuotasClient } from '@aws-sdk/client-service-quotas';
import { SSMClient } from '@aws-sdk/client-ssm';
import { STSClient } from '@aws-sdk/client-sts';
import { DEFAULT_IDENTITY, type Identity } from '../../../scripts/localcloud/identities.ts';

export interface Clients {
  ec2: EC2Client;
  ebs: EBSClient;
  ssm: SSMClient;
  sts: STSClient;
  quotas: ServiceQuotasClient;
  close(): void;
}

/** The SDK's clients for one region; they do not try again, so that tests see what the cloud says. */
export function clientsFor(
  endpoint: string | undefined,
  region: string,
  identity: Pick<Identity, 'accessKeyId' | 'secretAccessKey' | 'sessionToken'> | undefined = DEFAULT_IDENTITY,
): Clients {
  const config = {
    region,
    maxAttempts: 1,
    ...(endpoint === undefined ? {} : { endpoint }),
    ...(identity === undefined ? {} : { credentials: { ...identity } }),
  };
  const clients = {
    ec2: new EC2Client(config),
    ebs: new EBSClient(config),
    ssm: new SSMClient(config),
    sts: new STSClient(config),
    quotas: new ServiceQuotasClient(config),
  };
  return {
    ...clients,
    close() {
      for (const client of Object.values(clients)) client.destroy();
    },
  };
}

/** The name of the error a call fails with. @throws when the call succeeds */
export async function errorOf(call: Promise<unknown>): Promise<string> {
  try {
    await call;
  } catch (error) {
    if (error instanceof Error) return error.name;
    throw error;
  }
  throw new Error('the call succeeded');
}
