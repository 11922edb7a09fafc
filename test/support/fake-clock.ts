/** A clock that stands still while anything is at work, and goes on to the next sleeper's time when all else waits. */
import type { Clock } from '../../scripts/ports.ts';

export interface FakeClock extends Clock {
  /** Milliseconds that went by. */
  elapsed(): number;
}

/** @param onAdvance is told each step, in seconds: other clocks go with this one */
export function createFakeClock(
  start: Date,
  onAdvance: (seconds: number) => void = () => undefined,
): FakeClock {
  let now = start.getTime();
  const sleepers: { at: number; wake: () => void }[] = [];
  let ticking = false;
  const tick = () => {
    sleepers.sort((a, b) => a.at - b.at);
    const next = sleepers.shift();
    if (next === undefined) {
      ticking = false;
      return;
    }
    if (next.at > now) {
      onAdvance((next.at - now) / 1000);
      now = next.at;
    }
    next.wake();
    setImmediate(tick);
  };
  return {
    now: () => new Date(now),
    elapsed: () => now - start.getTime(),
    sleep: (ms) =>
      new Promise((wake) => {
        sleepers.push({ at: now + ms, wake });
        if (ticking) return;
        ticking = true;
        setImmediate(tick);
      }),
  };
}
