/**
 * Tries calls again. The SDK would only do so for some errors, three times, and by the machine's clock; here time comes
 * from the Clock port. Every call may be repeated: those that create have a client token or a name that is unique.
 */
import type { Clock } from '../../ports.ts';
import { classify, type Meaning } from './classify.ts';
import { translate } from './errors.ts';

/** Milliseconds that a call is tried again for, by what went wrong. What is not listed fails at once. */
export type Patience = Partial<Record<Meaning, number>>;

const minute = 60_000;
const usual: Patience = { busy: 10 * minute, unreachable: 3 * minute };

/** How long a new thing may stay unknown to calls that name it: AWS says minutes; two were seen. */
const lag = 4 * minute;

const firstPause = 250;
const longestPause = 15_000;

export interface Caller {
  region: string;
  /**
   * @param call its name, for messages
   * @param names `new` when it names something that may have been made just now and not be found yet
   */
  send<T>(call: string, run: () => Promise<T>, names?: 'new'): Promise<T>;
}

/** @param limit milliseconds that bound the patience with a region that is busy or does not answer */
export function createCaller(region: string, clock: Clock, limit = Number.POSITIVE_INFINITY): Caller {
  return {
    region,
    send: async (call, run, names) => {
      const patience: Patience = names === 'new' ? { ...usual, missing: lag } : usual;
      const started = clock.now().getTime();
      for (let attempt = 0; ; attempt++) {
        try {
          return await run();
        } catch (error) {
          const { meaning } = classify(error);
          const usually = patience[meaning] ?? 0;
          // What was just made shows late in a healthy region, too.
          const allowed = meaning === 'missing' ? usually : Math.min(usually, limit);
          const pause = pauseBefore(attempt);
          if (clock.now().getTime() + pause - started > allowed) throw translate(error, call, region);
          await clock.sleep(pause);
        }
      }
    },
  };
}

/** Doubles, with jitter, so that many calls that were refused at once do not all come back at once. */
function pauseBefore(attempt: number): number {
  const most = Math.min(longestPause, firstPause * 2 ** Math.min(attempt, 10));
  return Math.round(most * (0.5 + Math.random() / 2));
}
