/** Parsed kickstarts written by hand, as the bridge would give them. */
import { type Review, reviewKickstart } from '../../../scripts/model/kickstart/interpret.ts';
import type {
  KickstartCommand,
  KickstartLine,
  ParsedKickstart,
  PayloadKind,
} from '../../../scripts/model/types.generated.ts';

export type Options = KickstartCommand['options'];
type Packages = NonNullable<ParsedKickstart['packages']>;

export type Line =
  | { name: string; arguments: string[]; options: Options }
  | { script: string; interpreter?: string; options?: Record<string, string | boolean>; body?: string }
  | { header: string[] }
  | { packages: string[]; options?: Options };

export const command = (name: string, options: Options = {}, ...positional: string[]): Line => ({
  name,
  arguments: positional,
  options,
});

export const biosboot = command('part', { '--fstype': 'biosboot', '--size': 1 }, 'biosboot');
export const esp = command('part', { '--fstype': 'efi', '--size': 64 }, '/boot/efi');
export const root = command('part', { '--fstype': 'ext4', '--size': 900, '--grow': true }, '/');
export const disk: Line[] = [biosboot, esp, root];
export const somePackages: Line = { packages: ['systemd'] };

export function parsedOf(lines: readonly Line[]): { parsed: ParsedKickstart; lines: KickstartLine[] } {
  const parsed: ParsedKickstart = { syntax: 'F46', commands: [], packages: null, scripts: [], sections: [] };
  const out: KickstartLine[] = [];
  const push = (text: string) => out.push({ text, file: 'k.ks', line: out.length + 101 });
  for (const item of lines) {
    const line = push('');
    if ('name' in item) parsed.commands.push({ line, ...item });
    else if ('header' in item) parsed.sections.push({ line, header: item.header });
    else if ('script' in item) {
      const { interpreter = '/bin/sh', options = {}, body = 'true\n' } = item;
      parsed.scripts.push({ line, section: sectionOf(item.script), interpreter, options, body });
    } else {
      const packages: Packages = parsed.packages ?? { line, options: [], entries: [] };
      parsed.packages = packages;
      for (const [name, value] of Object.entries(item.options ?? {}))
        packages.options.push({ line, name, value });
      for (const entry of item.packages) packages.entries.push({ line: push(entry), ...entryOf(entry) });
    }
  }
  return { parsed, lines: out };
}

function sectionOf(name: string): ParsedKickstart['scripts'][number]['section'] {
  const known = ['%pre', '%pre-install', '%post', '%onerror', '%traceback', '%certificate'] as const;
  const found = known.find((section) => section === name);
  if (found === undefined) throw new Error(`no section ${name}`);
  return found;
}

function entryOf(text: string): Omit<Packages['entries'][number], 'line'> {
  const excluded = text.startsWith('-');
  const [name = '', ...options] = (excluded ? text.slice(1) : text).split(' --');
  const more = {
    ...(options.includes('optional') ? { optional: true as const } : {}),
    ...(options.includes('nodefaults') ? { mandatoryOnly: true as const } : {}),
  };
  if (name.startsWith('@^')) return { kind: 'environment', name: name.slice(2), excluded, ...more };
  if (name.startsWith('@')) return { kind: 'group', name: name.slice(1), excluded, ...more };
  return { kind: 'package', name, excluded };
}

export function review(lines: readonly Line[], payload: PayloadKind = 'deb'): Review {
  const { parsed, lines: text } = parsedOf(lines);
  return reviewKickstart(parsed, text, { payload, repositories: ['main'], entry: 'k.ks' });
}

/** `line: what: reason` of all refusals. */
export function refusals(lines: readonly Line[]): string[] {
  return review(lines)
    .findings.filter(({ standing }) => standing === 'refused')
    .map(({ origin, what, reason }) => `${origin.line}: ${what}: ${reason}`);
}
