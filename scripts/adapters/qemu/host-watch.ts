/**
 * Notices that this machine stood still, or that its clock was set, while a guest ran on it. A guest that then did not
 * answer in time, or tells another time, is not to blame.
 */

export interface HostWatch {
  /** Says how far the clock was set since the watch began, if it was. */
  clockSet(): string | undefined;
  /** Says how long nothing ran here, if it was long. */
  stoodStill(): string | undefined;
  stop(): void;
}

/** Both in milliseconds: the time of day, and a clock that nobody sets and that rests while the machine sleeps. */
export interface HostClocks {
  wall(): number;
  steady(): number;
}

const tickMilliseconds = 1000;
/** Less is what a busy machine does. */
const stillSeconds = 30;
/** Half of what the guest's clock may be away from ours (clockToleranceSeconds). */
const jumpSeconds = 30;

const hostClocks: HostClocks = { wall: () => Date.now(), steady: () => performance.now() };

export function watchHost(clocks: HostClocks = hostClocks): HostWatch {
  const began = { wall: clocks.wall(), steady: clocks.steady() };
  let last = began.steady;
  let longest = 0;
  const tick = () => {
    const now = clocks.steady();
    longest = Math.max(longest, now - last);
    last = now;
  };
  const timer = setInterval(tick, tickMilliseconds).unref();
  return {
    clockSet() {
      const jump = (clocks.wall() - began.wall - (clocks.steady() - began.steady)) / 1000;
      if (Math.abs(jump) <= jumpSeconds) return undefined;
      const way = jump < 0 ? 'back' : 'ahead';
      return `the clock of this machine went ${Math.abs(jump).toFixed(0)} s ${way}: it was set, or the machine slept`;
    },
    stoodStill() {
      tick();
      if (longest <= stillSeconds * 1000) return undefined;
      return `nothing ran on this machine for ${(longest / 1000).toFixed(0)} s`;
    },
    stop: () => clearInterval(timer),
  };
}
