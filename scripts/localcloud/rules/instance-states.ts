import type { InstanceState, ShutdownBehavior } from '../state/compute-types.ts';

/** What happens to an instance. */
export type InstanceEvent =
  | 'start' // StartInstances
  | 'stop' // StopInstances
  | 'terminate' // TerminateInstances
  | 'booted' // its guest runs
  | 'not-booted' // its guest could not be started
  | 'powered-off' // its guest switched itself off, or was told to
  | 'failed' // its guest ended for a reason of the host
  | 'lost'; // the cloud was killed, and the guest with it

/** What an event depends on besides the state. */
export interface InstanceFacts {
  shutdownBehavior: ShutdownBehavior;
  /** It ran before. */
  ran: boolean;
}

/**
 * The state after an event; undefined when the event is refused (IncorrectInstanceState) or can mean nothing.
 * Source: EC2 User Guide, "Amazon EC2 instance state changes": the picture and the table below it; API Reference,
 * StartInstances, StopInstances, TerminateInstances (an instance already there is no error).
 */
export function nextState(
  state: InstanceState,
  event: InstanceEvent,
  facts: InstanceFacts,
): InstanceState | undefined {
  if (event === 'terminate') return state === 'terminated' ? 'terminated' : 'shutting-down';
  switch (state) {
    case 'pending':
      if (event === 'start') return 'pending';
      if (event === 'booted') return 'running';
      if (event === 'not-booted' || event === 'lost') return facts.ran ? 'stopped' : 'terminated';
      return undefined;
    case 'running':
      if (event === 'start') return 'running';
      if (event === 'stop') return 'stopping';
      if (event === 'powered-off') return facts.shutdownBehavior === 'stop' ? 'stopped' : 'terminated';
      if (event === 'failed' || event === 'lost') return 'stopped';
      return undefined;
    case 'stopping':
      if (event === 'stop') return 'stopping';
      return hasEnded(event) ? 'stopped' : undefined;
    case 'stopped':
      if (event === 'stop') return 'stopped';
      return event === 'start' ? 'pending' : undefined;
    case 'shutting-down':
      return hasEnded(event) || event === 'not-booted' ? 'terminated' : undefined;
    case 'terminated':
      return undefined;
  }
}

function hasEnded(event: InstanceEvent): boolean {
  return event === 'powered-off' || event === 'failed' || event === 'lost';
}

/** Source: EC2 API Reference, InstanceState: the low byte of the code. */
export const STATE_CODES: Readonly<Record<InstanceState, number>> = {
  pending: 0,
  running: 16,
  'shutting-down': 32,
  terminated: 48,
  stopping: 64,
  stopped: 80,
};

/**
 * StateReason after an event; undefined when it has none any more. Source: EC2 API Reference, StateReason (list of
 * messages). `pending` is what RunInstances answers with.
 */
export function reasonOf(
  event: InstanceEvent,
  before: InstanceState,
): { code: string; message: string } | undefined {
  switch (event) {
    case 'start':
      return { code: 'pending', message: 'pending' };
    case 'booted':
      return undefined;
    case 'stop':
    case 'terminate':
      return explained('Client.UserInitiatedShutdown', 'User initiated shutdown');
    case 'powered-off':
      return explained('Client.InstanceInitiatedShutdown', 'Instance initiated shutdown');
    default:
      return explained(
        'Server.InternalError',
        before === 'pending' ? 'Internal error on launch' : 'Internal error',
      );
  }
}

function explained(code: string, message: string): { code: string; message: string } {
  return { code, message: `${code}: ${message}` };
}
