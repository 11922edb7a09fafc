/** The cloud's time in milliseconds since 1970. Moves with the machine's or only by hand, and survives a restart. */
export interface CloudClock {
  now(): number;
  /** Moves forward; what waits for that time has happened afterwards. */
  advance(seconds: number): void;
}

/**
 * @param base time without what was advanced
 * @param offset milliseconds advanced so far
 * @param onAdvance is told the new offset, to keep it
 */
export function createClock(
  base: () => number,
  offset: number,
  onAdvance: (offset: number) => void,
): CloudClock {
  let ahead = offset;
  return {
    now: () => base() + ahead,
    advance(seconds) {
      if (!(seconds >= 0) || !Number.isFinite(seconds))
        throw new RangeError(`cannot advance by ${seconds} seconds`);
      ahead += Math.round(seconds * 1000);
      onAdvance(ahead);
    },
  };
}
