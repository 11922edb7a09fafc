/** What changed between the packages of two releases, from the texts of their pins. */
import { diffPins, type PinChange } from '../pins.ts';
import type { Pin } from '../types.generated.ts';
import { parseYaml } from '../yaml.ts';

export interface PackageChanges {
  /** How many are installed now. */
  total: number;
  added: PinChange[];
  removed: PinChange[];
  changed: PinChange[];
}

/** As our tools write pins: everything of a package on one line. */
const packageLine = /^ {2}- \{name: .*\}$/;

/**
 * Most packages are the same in two releases, and reading thousands of lines of YAML for each release takes long: where both
 * texts have the form that our tools write, only the lines that differ are read.
 * @param before undefined when there was no release before: then every package counts as added
 * @throws AperiodicError `invalid` for a text that is no pins
 */
export function readPackageChanges(before: string | undefined, after: string): PackageChanges {
  const [old, now] = [splitPins(before ?? ''), splitPins(after)];
  if (before === undefined || old === undefined || now === undefined) {
    const packages = parseYaml('Pins', after, 'pins').packages;
    const earlier = before === undefined ? undefined : parseYaml('Pins', before, 'pins');
    return { total: packages.length, ...diffPins(earlier, { packages }) };
  }
  const [gone, come] = [onlyIn(old.lines, now.lines), onlyIn(now.lines, old.lines)];
  const differences = diffPins(
    { packages: readLines(now.head, gone) },
    { packages: readLines(now.head, come) },
  );
  return { total: now.lines.length, ...differences };
}

interface PinsText {
  /** What comes before the list of packages, the key of the list included. */
  head: string;
  lines: string[];
}

function splitPins(text: string): PinsText | undefined {
  const mark = '\npackages:\n';
  const at = text.indexOf(mark);
  if (at < 0) return undefined;
  const head = text.slice(0, at + mark.length);
  const lines = text
    .slice(at + mark.length)
    .split('\n')
    .filter((line) => line !== '');
  return lines.every((line) => packageLine.test(line)) ? { head, lines } : undefined;
}

function onlyIn(lines: readonly string[], others: readonly string[]): string[] {
  const known = new Set(others);
  return lines.filter((line) => !known.has(line));
}

function readLines(head: string, lines: readonly string[]): Pin[] {
  if (lines.length === 0) return [];
  return parseYaml('Pins', `${head}${lines.join('\n')}\n`, 'pins').packages;
}
