/** Waiting for the cloud: its reads lag behind its writes, and two of its servers may say different things. */
import { AperiodicError } from '../../model/errors.ts';
import type { Clock } from '../../ports.ts';

/** Milliseconds between looks: soon again when the first good answer has come, else ever more rarely. */
const confirm = 1_000;
const first = 2_000;
const longest = 20_000;

/** Milliseconds after which a write that shows no effect is written again. */
const rewrite = 5 * 60_000;

export interface SettleOptions<T> {
  /** What is waited for, as in "AMI x is available". */
  what: string;
  read(): Promise<T>;
  /** Whether this is the answer that is waited for. May throw when it never will be. */
  accept(value: T): boolean;
  /** Brings it about. Called when the first look shows that it is needed, so that a second run writes nothing. */
  write?(): Promise<void>;
  /** Milliseconds until it is given up. */
  limit: number;
  /** The answer when it is given up, instead of the error. */
  otherwise?(): T;
  clock: Clock;
}

/**
 * The answer, once two looks in a row gave one that is accepted: nothing that was seen once is trusted.
 * @throws AperiodicError `unreachable` when the limit is over
 */
export async function settle<T>(options: SettleOptions<T>): Promise<T> {
  const { what, read, accept, write, limit, otherwise, clock } = options;
  const now = () => clock.now().getTime();
  const started = now();
  let written = Number.NEGATIVE_INFINITY;
  let good = 0;
  for (let pause = first; ; ) {
    const value = await read();
    good = accept(value) ? good + 1 : 0;
    if (good === 2) return value;
    if (good === 0 && now() - started > limit) {
      if (otherwise !== undefined) return otherwise();
      const minutes = Math.round(limit / 60_000);
      throw new AperiodicError(
        'unreachable',
        `waited ${minutes} minutes in vain until ${what}: run again later`,
      );
    }
    if (good === 0 && write !== undefined && now() - written > rewrite) {
      await write();
      written = now();
    }
    await clock.sleep(good === 1 || written === now() ? confirm : pause);
    if (good === 0) pause = Math.min(longest, pause * 1.5);
  }
}
