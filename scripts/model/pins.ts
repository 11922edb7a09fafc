/** Pins: their order, what differs between two sets, and whether they fit what a kickstart asks for. */
import { compareText } from './order.ts';
import type { PackageRequest, Pin, Pins } from './types.generated.ts';

/** By name, then architecture, then version, in code units: the order of the file. */
export function comparePins(a: Pin, b: Pin): number {
  return (
    compareText(a.name, b.name) ||
    compareText(a.architecture, b.architecture) ||
    compareText(a.version, b.version)
  );
}

/** Name and architecture: what one image holds once. */
export function pinKey(pin: Pick<Pin, 'name' | 'architecture'>): string {
  return `${pin.name}:${pin.architecture}`;
}

/** One package that differs. A version is missing where the package is. */
export interface PinChange {
  name: string;
  architecture: string;
  from?: string;
  /** Equal to `from` when the same version has other bytes. */
  to?: string;
}

export interface PinsDiff {
  added: PinChange[];
  removed: PinChange[];
  changed: PinChange[];
}

/** What it takes to get from `a` to `b`, each list in the order of the file. `a` is undefined for a first resolve. */
export function diffPins(a: Pick<Pins, 'packages'> | undefined, b: Pick<Pins, 'packages'>): PinsDiff {
  const before = new Map((a?.packages ?? []).map((pin) => [pinKey(pin), pin]));
  const after = new Map(b.packages.map((pin) => [pinKey(pin), pin]));
  const diff: PinsDiff = { added: [], removed: [], changed: [] };
  for (const pin of [...before.values()].sort(comparePins)) {
    if (!after.has(pinKey(pin)))
      diff.removed.push({ name: pin.name, architecture: pin.architecture, from: pin.version });
  }
  for (const pin of [...after.values()].sort(comparePins)) {
    const old = before.get(pinKey(pin));
    const { name, architecture, version } = pin;
    if (old === undefined) diff.added.push({ name, architecture, to: version });
    else if (old.sha256 !== pin.sha256 || old.version !== version)
      diff.changed.push({ name, architecture, from: old.version, to: version });
  }
  return diff;
}

/** Whether nothing differs. */
export function isEmptyDiff(diff: PinsDiff): boolean {
  return diff.added.length + diff.removed.length + diff.changed.length === 0;
}

/**
 * What `b` asks for and `a` did not, and the other way round, in one line; undefined when they are the
 * same: order and repetition do not count.
 */
export function describeRequestChange(a: PackageRequest, b: PackageRequest): string | undefined {
  const parts: string[] = [];
  const list = (word: string, before: readonly string[], after: readonly string[]) => {
    const more = [...new Set(after)].filter((name) => !before.includes(name)).sort();
    const less = [...new Set(before)].filter((name) => !after.includes(name)).sort();
    if (more.length > 0) parts.push(`now ${word} ${shorten(more)}`);
    if (less.length > 0) parts.push(`no longer ${word} ${shorten(less)}`);
  };
  list('asks for', a.packages, b.packages);
  list('excludes', a.excluded, b.excluded);
  list('uses the repository', a.repositories, b.repositories);
  list('asks for the group', groupNames(a), groupNames(b));
  list('excludes the group', a.excludedGroups ?? [], b.excludedGroups ?? []);
  list('asks for the environment', environmentOf(a), environmentOf(b));
  list('reads', sourceTexts(a), sourceTexts(b));
  if (a.core !== b.core) parts.push(`${b.core ? 'now' : 'no longer'} includes the default base`);
  if (a.weakDependencies !== b.weakDependencies)
    parts.push(`${b.weakDependencies ? 'now' : 'no longer'} wants weak dependencies`);
  return parts.length === 0 ? undefined : parts.join('; ');
}

function groupNames({ groups = [] }: PackageRequest): string[] {
  return groups.map(
    ({ name, optional, mandatoryOnly }) =>
      `${name}${optional === true ? ' --optional' : ''}${mandatoryOnly === true ? ' --nodefaults' : ''}`,
  );
}

function environmentOf({ environment }: PackageRequest): string[] {
  return environment === undefined ? [] : [environment];
}

/** One text a source, equal when all of it is. */
function sourceTexts({ sources = [] }: PackageRequest): string[] {
  return sources.map(({ repository, kind, uri, cost, includePackages, excludePackages }) => {
    const only = includePackages === undefined ? '' : ` only ${includePackages.join(' ')}`;
    const without = excludePackages === undefined ? '' : ` without ${excludePackages.join(' ')}`;
    return `${repository} from the ${kind} ${uri}${cost === undefined ? '' : ` at cost ${cost}`}${only}${without}`;
  });
}

function shorten(names: readonly string[]): string {
  return names.length > 5 ? `${names.slice(0, 5).join(', ')} and ${names.length - 5} more` : names.join(', ');
}
