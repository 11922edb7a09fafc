/** The Cloud port by the AWS SDK. Says nothing to AWS, and loads no SDK, before it is asked for something. */
import { AperiodicError } from '../../model/errors.ts';
import type { Clock, Cloud } from '../../ports.ts';
import { createAccess } from './access.ts';
import { createAccount } from './account.ts';
import { type ClientOptions, type Clients, createClients } from './clients.ts';
import { createImages } from './images.ts';
import { createInstances } from './instances.ts';
import { createParameters } from './parameters.ts';
import { createCaller } from './retry.ts';
import { createSnapshots } from './snapshots.ts';

export interface AwsOptions extends ClientOptions {
  clock: Clock;
  /** Region of the calls that are about the account as a whole. */
  home: string;
  /** Seconds until a call that keeps failing is given up, where the caller does not say. Default: minutes. */
  patience?: number;
}

export function createAwsCloud({ clock, home, patience: usual, ...options }: AwsOptions): Cloud {
  const known = new Map<string, Clients>();
  const clientsOf = (region: string) => {
    const there = known.get(region) ?? createClients(region, options);
    known.set(region, there);
    return there;
  };
  const callerOf = (region: string, patience = usual) =>
    createCaller(region, clock, patience === undefined ? undefined : patience * 1000);
  const whole = callerOf(home);
  return {
    account: async () => {
      const { client, sdk } = await clientsOf(home).sts();
      const { Account } = await whole.send('GetCallerIdentity', () =>
        client.send(new sdk.GetCallerIdentityCommand({})),
      );
      if (Account !== undefined) return Account;
      throw new AperiodicError('internal', 'GetCallerIdentity answered without an account');
    },
    regions: async () => {
      const { client, sdk } = await clientsOf(home).ec2();
      const { Regions = [] } = await whole.send('DescribeRegions', () =>
        client.send(new sdk.DescribeRegionsCommand({})),
      );
      return Regions.flatMap(({ RegionName }) => RegionName ?? []).sort();
    },
    region: (id, patience) => {
      const clients = clientsOf(id);
      const caller = callerOf(id, patience);
      return {
        id,
        ...createSnapshots(clients, caller),
        ...createImages(clients, caller),
        ...createParameters(clients, caller),
        ...createAccount(clients, caller),
        ...createAccess(clients, caller),
        ...createInstances(clients, caller),
      };
    },
  };
}
