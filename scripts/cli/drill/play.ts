/** Plays the steps of a drill one after the other and times them. Whatever happens, there is a report. */
import { toAperiodicError } from '../../model/errors.ts';
import { timestamp } from '../../model/timestamp.ts';
import type { DrillReport, DrillStep } from '../../model/types.generated.ts';
import type { Clock } from '../../ports.ts';

export interface Step {
  name: string;
  /** Undefined: it cannot be played, and `without` says why. */
  run: (() => Promise<string>) | undefined;
  without?: string;
}

export interface Played {
  steps: DrillStep[];
  started: string;
  ended: string;
  /** Of the step that failed. */
  error: unknown;
}

/** @param parts takes the pieces of long work that ended since it was asked last */
export async function playSteps(
  steps: readonly Step[],
  clock: Pick<Clock, 'now'>,
  parts: () => DrillStep['parts'],
): Promise<Played> {
  const begun = clock.now();
  const done: DrillStep[] = [];
  let error: unknown;
  for (const { name, run, without } of steps) {
    if (error !== undefined || run === undefined) {
      const status = error === undefined ? 'left-out' : 'not-reached';
      const what = error === undefined ? (without ?? 'it cannot be played here') : 'a step before it failed';
      done.push({ name, status, seconds: 0, what, parts: [] });
      continue;
    }
    const start = clock.now();
    const since = () => (clock.now().getTime() - start.getTime()) / 1000;
    try {
      const what = await run();
      done.push({ name, status: 'done', seconds: since(), what: oneLine(what), parts: parts() });
    } catch (cause) {
      error = cause;
      const what = oneLine(toAperiodicError(cause).message);
      done.push({ name, status: 'failed', seconds: since(), what, parts: parts() });
    }
  }
  return { steps: done, started: timestamp(begun), ended: timestamp(clock.now()), error };
}

/** @param due timestamp of the deadline */
export function judgePlayed({ ended, error }: Played, due: string | undefined): DrillReport['outcome'] {
  if (error !== undefined) return 'failed';
  return due === undefined || ended <= due ? 'in-time' : 'late';
}

function oneLine(text: string): string {
  const line = text.replaceAll(/[\p{Cc}\s]+/gu, ' ').trim();
  return line === '' ? 'nothing was said' : line.slice(0, 500);
}
