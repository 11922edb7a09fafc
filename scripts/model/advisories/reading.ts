/** What the readers of feeds have in common. */
import type { Advisory } from '../types.generated.ts';
import type { Flaws } from './flaws.ts';

/** Whether a package is of interest; the others are left out, which keeps large feeds small. */
export type Wanted = (of: 'source' | 'binary', name: string) => boolean;

export interface ReadOptions {
  /** Id of the feed. */
  feed: string;
  /** Later dates are mistakes. */
  now: Date;
  /** Default: all. */
  wanted?: Wanted;
}

/** Text or objects of one feed → advisories. Never throws for what is in an entry. */
export interface Read {
  advisories: Advisory[];
  /** Of entries that were left out. */
  flaws: Flaws;
}
