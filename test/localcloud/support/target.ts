import { randomBytes } from 'node:crypto';
import { after, before } from 'node:test';
import { type Clients, clientsFor } from './clients.ts';
import { type Started, startTestCloud } from './cloud.ts';

/**
 * What the contract suite runs against. Default: a localcloud of its own. With CONTRACT_ENDPOINT set it is the server
 * there (moto, for one); with CONTRACT_ENDPOINT=aws the account that the environment's credentials belong to.
 */
export interface Target {
  /** Clients of the first region. */
  here: Clients;
  /** Clients of another one. */
  there: Clients;
  hereName: string;
  thereName: string;
  /** A text that no other run has, for names. */
  unique: string;
}

/** The target for the tests of a suite. Only calls of AWS may be used on it. */
export function useTarget(): () => Target {
  let target: Target | undefined;
  let cloud: Started | undefined;
  before(async () => {
    const given = process.env.CONTRACT_ENDPOINT;
    if (given === undefined) cloud = await startTestCloud();
    const endpoint = given === 'aws' ? undefined : (given ?? cloud?.endpoint);
    const [hereName, thereName] = ['eu-west-1', 'us-east-1'];
    target = {
      here: given === 'aws' ? clientsFor(undefined, hereName, undefined) : clientsFor(endpoint, hereName),
      there: given === 'aws' ? clientsFor(undefined, thereName, undefined) : clientsFor(endpoint, thereName),
      hereName,
      thereName,
      unique: randomBytes(4).toString('hex'),
    };
  });
  after(async () => {
    target?.here.close();
    target?.there.close();
    await cloud?.remove();
  });
  return () => {
    if (target === undefined) throw new Error('the target was not made');
    return target;
  };
}
