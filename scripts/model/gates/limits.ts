/** How far a release may be from the one before it, each number written once: stream.yaml may say otherwise. */
import type { GateLimits } from '../types.generated.ts';

/** Emulation on a busy host makes the same image boot up to a third slower or faster: the ratio leaves room for that. */
export const defaultGateLimits: Required<GateLimits> = {
  downloadPercent: 10,
  usedPercent: 10,
  packages: 10,
  bootRatio: 1.5,
  memoryPercent: 15,
};

export function gateLimits(ofStream: GateLimits | undefined): Required<GateLimits> {
  return { ...defaultGateLimits, ...ofStream };
}
