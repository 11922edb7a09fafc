import { createHash } from 'node:crypto';
import type { CloudClock } from './clock.ts';
import type { Fleet } from './compute/fleet.ts';
import type { CloudError } from './errors.ts';
import type { Faults } from './faults.ts';
import type { Identity } from './identities.ts';
import type { Delays, Limits } from './limits.ts';
import type { Need } from './policy.ts';
import type { BlockStore } from './state/block-store.ts';
import type { Region } from './state/region.ts';
import type { Sharing, Visibility } from './state/types.ts';

/** All a call may touch. */
export interface Cloud {
  regions: ReadonlyMap<string, Region>;
  blocks: BlockStore;
  clock: CloudClock;
  faults: Faults;
  limits: Limits;
  delays: Delays;
  /** The guests of instances. */
  fleet: Fleet;
}

/** One call on its way. */
export interface CallContext {
  cloud: Cloud;
  call: string;
  region: Region;
  identity: Identity;
  /** The cloud's time when the call came, milliseconds. */
  now: number;
}

/** A call of a service: what it needs and what it does. */
export interface Call<Input, Output> {
  access: 'read' | 'write';
  /** IAM permissions beyond or instead of `service:Call`; default that one, on no named resource. */
  permissions?: (input: Input, context: CallContext) => Need[];
  run(input: Input, context: CallContext): Output | Promise<Output>;
}

/** When a new thing can be found: at once, unless a `hide` fault hits the call that makes it. */
export function visibility(context: CallContext): Visibility {
  const target = { call: context.call, region: context.region.name, access: 'write' as const };
  const fault = context.cloud.faults.strike(['hide'], target);
  return { visibleAt: context.now + (fault?.seconds ?? 0) * 1000, glimpse: fault?.glimpse ?? 0 };
}

/** EC2 is eventually consistent: a new thing may be not found at first. EC2 Developer Guide, "Eventual consistency". */
export function isVisible(thing: Visibility, context: CallContext): boolean {
  return context.now >= thing.visibleAt || context.cloud.faults.glimpses(thing.glimpse);
}

/** Whether the caller may use a thing: its owner, an account it is shared with, everybody. */
export function maySee(thing: { owner: string; sharing: Sharing }, context: CallContext): boolean {
  const { account } = context.identity;
  return thing.owner === account || thing.sharing.public || thing.sharing.accounts.includes(account);
}

/**
 * What a client token stood for before: the id of that answer, or undefined when it is new.
 * @param onMismatch the error when the same token comes with other parameters
 */
export function recallToken(
  context: CallContext,
  token: string | undefined,
  parameters: string,
  onMismatch: () => CloudError,
): string | undefined {
  if (token === undefined) return undefined;
  const known = context.region.tokens.get(tokenKey(context, token));
  if (known !== undefined && known.digest !== digestOf(parameters)) throw onMismatch();
  return known?.id;
}

export function keepToken(
  context: CallContext,
  token: string | undefined,
  parameters: string,
  id: string,
): void {
  if (token === undefined) return;
  const key = tokenKey(context, token);
  context.region.tokens.set(key, { key, digest: digestOf(parameters), id });
}

export function digestOf(parameters: string): string {
  return createHash('sha256').update(parameters).digest('hex');
}

function tokenKey(context: CallContext, token: string): string {
  return `${context.identity.account} ${context.call} ${token}`;
}
