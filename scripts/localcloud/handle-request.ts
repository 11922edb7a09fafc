import { randomUUID } from 'node:crypto';
import { AuthError } from './auth-error.ts';
import { firstDenied } from './authorize.ts';
import { type CallContext, type Cloud, digestOf } from './cloud.ts';
import { CloudError } from './errors.ts';
import type { Identity } from './identities.ts';
import { type Answer, PROTOCOLS, type Prepared, prepare, type RawRequest } from './prepare.ts';
import { ERROR_CODES, type Protocol } from './protocols/error-codes.ts';
import { renderError } from './protocols/render-error.ts';
import type { LogEntry, RequestLog } from './request-log.ts';
import { type Claim, readClaim, verifySignature } from './sigv4.ts';

export interface Handler {
  cloud: Cloud;
  /** By access key id. */
  identities: ReadonlyMap<string, Identity>;
  log: RequestLog;
  /** Told of each call after its work is on disk and before its answer leaves. */
  onCall: (entry: LogEntry) => void | Promise<void>;
}

/** What becomes of a request: an answer, perhaps a slow one, or a connection that ends. */
export type Handled = { answer: Answer; slowSeconds: number } | 'cut';

/** One request from its bytes to its answer. Never throws: what goes wrong is an answer too. */
export async function handleRequest(request: RawRequest, handler: Handler): Promise<Handled> {
  const requestId = randomUUID();
  const { cloud } = handler;
  const state: Progress = { call: '?', access: 'read', parameters: '', needs: [] };
  let protocol: Protocol = 'ec2';
  let outcome = 'ok';
  let detail: string | undefined;
  let answer: Answer;
  try {
    state.claim = readClaim(request.headers);
    protocol = PROTOCOLS.get(state.claim.service) ?? 'json';
    answer = await perform(request, requestId, protocol, state, handler);
  } catch (error) {
    if (error === CUT) return cut(state, handler, 'down');
    const shown = toCloudError(error, protocol);
    if (shown.cause !== undefined) detail = String(shown.cause);
    outcome = shown.error.code;
    answer = renderError(protocol, shown.error, requestId);
  }
  answer.headers['x-amzn-RequestId'] = requestId;
  const target = { call: state.call, region: state.claim?.region ?? '', access: state.access };
  const lost = outcome === 'ok' && cloud.faults.strike(['lose-reply'], target) !== undefined;
  await handler.onCall(record(state, handler, outcome, lost, detail));
  if (lost) return 'cut';
  return { answer, slowSeconds: cloud.faults.strike(['slow'], target)?.seconds ?? 0 };
}

/** What is known of a call so far, for the log. */
interface Progress {
  claim?: Claim;
  identity?: Identity;
  call: string;
  access: 'read' | 'write';
  parameters: string;
  needs: string[];
}

const CUT = Symbol('cut');

async function perform(
  request: RawRequest,
  requestId: string,
  protocol: Protocol,
  state: Progress,
  handler: Handler,
): Promise<Answer> {
  const { cloud } = handler;
  const { claim } = state;
  if (claim === undefined) throw new AuthError('missing', 'Request is missing Authentication Token');
  if (!PROTOCOLS.has(claim.service)) {
    throw new CloudError(
      'UnknownOperationException',
      `localcloud does not speak the service ${claim.service}`,
    );
  }
  const prepared = prepare(claim.service, request, requestId);
  Object.assign(state, { call: prepared.call, access: prepared.access, parameters: prepared.parameters });
  strikeBefore(prepared, claim, protocol, cloud);
  const identity = await authenticate(claim, request, handler);
  state.identity = identity;
  const region = cloud.regions.get(claim.region);
  if (region === undefined) {
    throw new AuthError('region', `Credential should be scoped to a valid Region, not '${claim.region}'.`);
  }
  if (region.settings.optInStatus === 'not-opted-in') {
    throw new AuthError('unknown', 'AWS was not able to validate the provided access credentials');
  }
  const context: CallContext = { cloud, call: prepared.call, region, identity, now: cloud.clock.now() };
  const needs = prepared.needs(context);
  state.needs = [...new Set(needs.map((need) => need.action))];
  const denied = firstDenied(needs, prepared.tags, context);
  if (denied !== undefined) {
    const { code, status } = ERROR_CODES[protocol].denied;
    throw new CloudError(code, denied.message, { status, reason: 'UNAUTHORIZED_ACCOUNT' });
  }
  if (prepared.dryRun) {
    throw new CloudError('DryRunOperation', 'Request would have succeeded, but DryRun flag is set.');
  }
  const answer = await prepared.run(context);
  await region.durable();
  return answer;
}

/** Faults that stop a call before its work. */
function strikeBefore(prepared: Prepared, claim: Claim, protocol: Protocol, cloud: Cloud): void {
  const target = { call: prepared.call, region: claim.region, access: prepared.access };
  const fault = cloud.faults.strike(['down', 'unavailable', 'throttle'], target);
  if (fault === undefined) return;
  if (fault.kind === 'down') throw CUT;
  const kind = fault.kind === 'throttle' ? 'throttle' : 'unavailable';
  const { code, status } = ERROR_CODES[protocol][kind];
  // Service Quotas has a code of its own (API Reference, TooManyRequestsException).
  const own = claim.service === 'servicequotas' && kind === 'throttle' ? 'TooManyRequestsException' : code;
  throw new CloudError(own, kind === 'throttle' ? 'Request limit exceeded.' : 'The service is unavailable.', {
    status,
    ...(protocol === 'rest' && kind === 'throttle' ? { reason: 'ACCOUNT_THROTTLED' } : {}),
  });
}

async function authenticate(claim: Claim, request: RawRequest, handler: Handler): Promise<Identity> {
  const identity = handler.identities.get(claim.accessKeyId);
  if (identity === undefined)
    throw new AuthError('unknown', 'The security token included in the request is invalid.');
  await verifySignature(claim, request, identity, Date.now());
  if (identity.expired === true)
    throw new AuthError('expired', 'The security token included in the request is expired');
  return identity;
}

function toCloudError(error: unknown, protocol: Protocol): { error: CloudError; cause?: unknown } {
  if (error instanceof CloudError) return { error };
  const codes = ERROR_CODES[protocol];
  if (error instanceof AuthError) {
    const { code, status } = codes[error.problem];
    return { error: new CloudError(code, error.message, { status }) };
  }
  const { code, status } = codes.internal;
  const cause = error instanceof Error ? (error.stack ?? error.message) : error;
  return { error: new CloudError(code, 'An internal error has occurred', { status }), cause };
}

async function cut(state: Progress, handler: Handler, outcome: string): Promise<'cut'> {
  await handler.onCall(record(state, handler, outcome, true, undefined));
  return 'cut';
}

function record(
  state: Progress,
  handler: Handler,
  outcome: string,
  lost: boolean,
  detail: string | undefined,
): LogEntry {
  return handler.log.add({
    time: new Date(handler.cloud.clock.now()).toISOString(),
    service: state.claim?.service ?? '?',
    call: state.call,
    region: state.claim?.region ?? '?',
    account: state.identity?.account ?? '?',
    access: state.access,
    actions: state.needs,
    parameters: digestOf(state.parameters),
    outcome,
    lost,
    ...(detail === undefined ? {} : { detail }),
  });
}
