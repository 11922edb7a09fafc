/** Pins of several architectures against those that take their place. */
import { diffPins, pinKey } from '../pins.ts';
import type { Pin, Pins } from '../types.generated.ts';

/** Packages that differ, each counted once however many architectures have it. */
export function countChanges(before: readonly Pins[], after: readonly Pins[]): number {
  const names = after.flatMap((pins) => {
    const { added, removed, changed } = diffPins(of(before, pins), pins);
    return [...added, ...removed, ...changed].map(({ name }) => name);
  });
  return new Set(names).size;
}

/** Pins whose files main's pins do not have. */
export function findNewPins(before: Pins | undefined, after: Pins): Pin[] {
  const had = new Set((before?.packages ?? []).map((pin) => `${pinKey(pin)} ${pin.sha256}`));
  return after.packages.filter((pin) => !had.has(`${pinKey(pin)} ${pin.sha256}`));
}

/** Those of the same architecture. */
export function of(all: readonly Pins[], { architecture }: Pick<Pins, 'architecture'>): Pins | undefined {
  return all.find((pins) => pins.architecture === architecture);
}
