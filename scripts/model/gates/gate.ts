/** What a gate is: one property of the image that may not grow beyond a limit from one release to the next. */
import type { FiguresByCheck, GateId, GateLimits } from '../types.generated.ts';

/** What is known of one release: of this one from its tests, of the one before from its record. */
export interface Side {
  /** Published files. Sizes in bytes. */
  artifacts: readonly { format: string; size: number }[];
  packages: number;
  /** What the checks measured, by their IDs. */
  figures: FiguresByCheck;
  /** Seconds to a login; undefined when the two were not booted one after the other. */
  bootSeconds?: number | undefined;
  /** Services that are enabled and active; undefined as above. */
  services?: readonly string[] | undefined;
}

interface GateText {
  id: GateId;
  title: string;
  /** Why a user of the image would care. One sentence. */
  purpose: string;
  /** What must hold for it to pass. One sentence. */
  expectation: string;
}

/** A number, or one for each of several subjects. */
export interface NumberGate extends GateText {
  kind: 'number';
  unit: 'MiB' | 'packages' | 's';
  /** By subject; '' where there is only one. Undefined when it is not known. */
  read(side: Side): ReadonlyMap<string, number> | undefined;
  /** Largest number that passes. */
  most(previous: number, limits: Required<GateLimits>): number;
}

/** A list whose entries come and go. */
export interface ListGate extends GateText {
  kind: 'list';
  /** What needs an acceptance: an entry that came, or one that went. The other is only reported. */
  refuses: 'added' | 'removed';
  read(side: Side): readonly string[] | undefined;
}

export type Gate = NumberGate | ListGate;

/** The largest number that is not more than this many percent above. */
export function percentAbove(previous: number, percent: number): number {
  return previous + (previous * percent) / 100;
}

/** A figure that is a number; undefined when it is not there or a list. */
export function numberFigure(side: Side, check: string, name: string): number | undefined {
  const value = figureOf(side, check, name);
  return typeof value === 'number' && Number.isFinite(value) ? value : undefined;
}

/** A figure that is a list; undefined when it is not there or a number. */
export function listFigure(side: Side, check: string, name: string): string[] | undefined {
  const value = figureOf(side, check, name);
  return Array.isArray(value) ? value : undefined;
}

function figureOf({ figures }: Side, check: string, name: string): unknown {
  const ofCheck = Object.hasOwn(figures, check) ? figures[check] : undefined;
  return ofCheck !== undefined && Object.hasOwn(ofCheck, name) ? ofCheck[name] : undefined;
}
