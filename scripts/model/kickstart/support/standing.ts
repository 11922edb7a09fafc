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

/** Options of an ignored or a refused command share its fate and are not listed. */
export interface CommandSupport extends Support {
  readonly options?: OptionSupport;
}

export type CommandTable = Readonly<Record<string, CommandSupport>>;

export const honoured = (note: string): Support => ({ standing: 'honoured', note });
export const ignored = (note: string): Support => ({ standing: 'ignored', note });
export const refused = (note: string): Support => ({ standing: 'refused', note });

/** The same treatment for several names. */
export function each(names: readonly string[], support: Support): Record<string, Support> {
  return Object.fromEntries(names.map((name) => [name, support]));
}
