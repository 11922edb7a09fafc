/** Several threads that make streams of a site at the same time. */
import { availableParallelism } from 'node:os';
import { Worker } from 'node:worker_threads';
import { AperiodicError, type ErrorDetails } from '../../model/errors.ts';
import type { ListedStream } from '../../model/site/load-site.ts';
import type { SiteUnit } from '../../model/types.generated.ts';
import type { CrewJob, MadeStream, SiteCrew } from '../../ports/site.ts';

/** What a thread is started with. */
export interface HandStart {
  /** Of the clone. */
  root: string;
  /** Where caches are. */
  cache: string;
  job: CrewJob;
}

/** What a thread is asked for. */
export interface HandRequest {
  listed: ListedStream;
  before: Record<string, SiteUnit>;
}

/** What it answers: any number of units, then the stream or why there is none. */
export type HandAnswer =
  | { kind: 'ready' }
  | { kind: 'units'; count: number }
  | { kind: 'made'; made: Omit<MadeStream, 'problems'>; problems: SentError[] }
  | { kind: 'failed'; error: SentError };

/** An error in plain values. */
export type SentError = Pick<AperiodicError, 'code' | 'message'> & Omit<ErrorDetails, 'cause'>;

export function sendError({ code, message, file, line, detail }: AperiodicError): SentError {
  return { code, message, file, line, detail };
}

function receiveError({ code, message, ...details }: SentError): AperiodicError {
  return new AperiodicError(code, message, details);
}

/** More young objects than a thread would have by itself: pages are made of many that are gone at once. */
const resourceLimits = { maxYoungGenerationSizeMb: 32 };

/** Undefined where one thread is all that the machine runs at a time. */
export function openCrew(
  root: string,
  cache: string,
  processors = availableParallelism(),
): SiteCrew | undefined {
  const most = Math.min(processors, 8);
  if (most < 2) return undefined;
  return {
    make: (streams, before, job, onUnits) => {
      const count = Math.min(most, streams.length);
      return runHands(count, { root, cache, job }, streams, before, onUnits);
    },
  };
}

async function* runHands(
  count: number,
  start: HandStart,
  streams: readonly ListedStream[],
  before: (stream: string) => Record<string, SiteUnit>,
  onUnits: (count: number) => void,
): AsyncGenerator<MadeStream> {
  const waiting = [...streams];
  const done: MadeStream[] = [];
  let failure: unknown;
  let wake = () => {};
  let left = streams.length;
  const hands = Array.from({ length: count }, () => {
    const hand = new Worker(new URL('./hand.mjs', import.meta.url), { workerData: start, resourceLimits });
    const next = () => {
      const listed = waiting.shift();
      if (listed !== undefined) hand.postMessage({ listed, before: before(listed.id) } satisfies HandRequest);
    };
    hand.on('message', (answer: HandAnswer) => {
      if (answer.kind === 'units') return onUnits(answer.count);
      if (answer.kind === 'failed') failure ??= receiveError(answer.error);
      if (answer.kind === 'made') done.push({ ...answer.made, problems: answer.problems.map(receiveError) });
      next();
      wake();
    });
    const fail = (error: unknown) => {
      failure ??= error;
      wake();
    };
    hand.on('error', fail);
    hand.on('exit', (code) =>
      fail(new AperiodicError('internal', `a thread of the site ended with ${code}`)),
    );
    return hand;
  });
  try {
    while (left > 0) {
      const made = done.shift();
      if (failure !== undefined) throw failure;
      if (made !== undefined) {
        left--;
        yield made;
        continue;
      }
      await new Promise<void>((resolve) => {
        wake = resolve;
      });
    }
  } finally {
    for (const hand of hands) hand.removeAllListeners('exit');
    await Promise.all(hands.map((hand) => hand.terminate()));
  }
}
