/** How a part of the kickstart syntax is treated. */

/**
 * honoured: done as written. ignored: accepted, no effect, for a stated reason. refused: an error at its line, never
 * skipped.
 */
export type Standing = 'honoured' | 'ignored' | 'refused';

export interface Support {
  readonly standing: Standing;
  /** What is done with it, or why nothing is, and what to write instead where there is something. Ends without a stop. */
  readonly note: string;
}

/** Options are keyed by the first of their names in pykickstart, as the bridge reports them. */
export type OptionSupport = Readonly<Record<string, Support>>;

export interface CommandSupport extends Support {
  /** Every option that the newest syntax has; none where it has none. A test asks pykickstart. */
  readonly options?: OptionSupport;
}

export type CommandTable = Readonly<Record<string, CommandSupport>>;

export const honoured = (note: string): Support => ({ standing: 'honoured', note });
export const ignored = (note: string): Support => ({ standing: 'ignored', note });
export const refused = (note: string): Support => ({ standing: 'refused', note });

/** The same treatment for several names. */
export function each<T extends Support>(names: readonly string[], support: T): Record<string, T> {
  return Object.fromEntries(names.map((name) => [name, support]));
}

/** A command whose options all share its fate, and its reason: those of ignored and refused commands. */
export function withOptions(support: Support, names: readonly string[]): CommandSupport {
  return { ...support, options: each(names, support) };
}
