/** A parsed kickstart by subject, for readers: what pykickstart understood, each with its place in the text. */
import type { KickstartCommand, KickstartLine, ParsedKickstart } from '../types.generated.ts';
import type { Origin } from './image-spec.ts';

export interface Placed extends Origin {
  name: string;
}

export interface PlacedCommand extends Origin {
  command: string;
  arguments: string[];
  options: KickstartCommand['options'];
}

export interface PlacedScript extends Origin {
  section: string;
  interpreter: string;
  options: Record<string, unknown>;
  /** Lines of its body. */
  length: number;
}

/** Of entries for one name the last counts, as for pykickstart. */
export interface KickstartSummary {
  packages: Placed[];
  excludedPackages: Placed[];
  groups: Placed[];
  excludedGroups: Placed[];
  environments: Placed[];
  scripts: PlacedScript[];
  partitions: PlacedCommand[];
  repositories: PlacedCommand[];
  services: { enabled: string[]; disabled: string[] };
  /** Headers of other sections, such as %addon. */
  sections: (Origin & { header: string[] })[];
}

const storage = ['part', 'partition', 'autopart', 'reqpart', 'logvol', 'volgroup', 'raid', 'btrfs', 'mount'];
const sources = [
  'url',
  'repo',
  'nfs',
  'cdrom',
  'harddrive',
  'hmc',
  'ostreesetup',
  'ostreecontainer',
  'liveimg',
];

/** @param lines the flattened text that `parsed` was read from */
export function summarizeKickstart(
  parsed: ParsedKickstart,
  lines: readonly KickstartLine[],
): KickstartSummary {
  const place = (line: number): Origin => ({
    file: lines[line - 1]?.file ?? '',
    line: lines[line - 1]?.line ?? 1,
  });
  const commands = (names: readonly string[]) =>
    parsed.commands
      .filter(({ name }) => names.includes(name))
      .map(({ line, name, arguments: given, options }) => ({
        ...place(line),
        command: name,
        arguments: given,
        options,
      }));
  const unitsOf = (option: string) => {
    const values = commands(['services']).flatMap(({ options }) => options[option] ?? []);
    return [...new Set(values.map(String))].sort();
  };
  return {
    ...summarizeEntries(parsed, place),
    scripts: parsed.scripts.map(({ line, section, interpreter, options, body }) => ({
      ...place(line),
      section,
      interpreter,
      options,
      length: body.split('\n').length - 1,
    })),
    partitions: commands(storage),
    repositories: commands(sources),
    services: { enabled: unitsOf('--enabled'), disabled: unitsOf('--disabled') },
    sections: parsed.sections.map(({ line, header }) => ({ ...place(line), header })),
  };
}

function summarizeEntries(parsed: ParsedKickstart, place: (line: number) => Origin) {
  const entries = parsed.packages?.entries ?? [];
  const last = new Map(entries.map((entry) => [`${entry.kind} ${entry.name}`, entry]));
  const pick = (kind: (typeof entries)[number]['kind'], excluded: boolean): Placed[] =>
    [...last.values()]
      .filter((entry) => entry.kind === kind && entry.excluded === excluded)
      .map(({ name, line }) => ({ name, ...place(line) }));
  return {
    packages: pick('package', false),
    excludedPackages: pick('package', true),
    groups: pick('group', false),
    excludedGroups: pick('group', true),
    environments: pick('environment', false),
  };
}
