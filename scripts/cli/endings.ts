/** What is still to be ended when a run is interrupted: things that outlive the process. */

export interface Endings {
  /** Returns what takes it back. */
  add(end: () => Promise<void>): () => void;
  /** Ends all of them. Never fails: nobody could do more about it, and the next run looks for leftovers. */
  run(): Promise<void>;
}

export function createEndings(): Endings {
  const open = new Set<() => Promise<void>>();
  return {
    add: (end) => {
      open.add(end);
      return () => open.delete(end);
    },
    run: async () => {
      await Promise.allSettled([...open].map(async (end) => await end()));
    },
  };
}
