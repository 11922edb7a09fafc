/** Decides how missing Debian packages are installed. Pure: what it decides is carried out by packages-install.ts. */
import type { MissingPackage } from './packages.ts';

export interface HostFacts {
  root: boolean;
  sudo: boolean;
  apt: boolean;
  /** Somebody sits at a terminal and may be asked. */
  terminal: boolean;
  /** --yes, or CI=true. */
  yes: boolean;
}

export type InstallPlan =
  | { kind: 'nothing' }
  | { kind: 'install'; names: string[]; ask: boolean; command: string }
  | { kind: 'impossible'; names: string[]; reason: string; command: string };

/** What to do about missing packages. `command` is what a person would type. */
export function planInstall(missing: readonly MissingPackage[], facts: HostFacts): InstallPlan {
  if (missing.length === 0) return { kind: 'nothing' };
  const names = missing.map((wanted) => wanted.name).sort();
  const install = `apt-get install --no-install-recommends ${names.join(' ')}`;
  const command = facts.root ? install : `sudo ${install}`;
  if (!facts.apt) {
    const reason =
      'this system has no apt-get. Install the same programs by its own package manager; on Debian it would be';
    return { kind: 'impossible', names, reason, command };
  }
  if (!facts.root && !facts.sudo) {
    const reason = 'that needs root, and there is no sudo: let an administrator run';
    return { kind: 'impossible', names, reason, command: install };
  }
  return { kind: 'install', names, ask: facts.terminal && !facts.yes, command };
}

/** The list that people see before anything is installed: a package and its reason a line. */
export function describeMissing(missing: readonly MissingPackage[]): string {
  const width = Math.max(...missing.map(({ name }) => name.length));
  return missing
    .map(({ name, why, missing: absent }) => `  ${name.padEnd(width)}  ${why} (no ${absent.join(', ')})`)
    .join('\n');
}

/** The calls that install packages, to be run in this order, each behind sudo when not root. */
export function installCommands(names: readonly string[]): {
  update: string[];
  repair: string[];
  install: string[];
} {
  const apt = ['env', 'DEBIAN_FRONTEND=noninteractive', 'LC_ALL=C.UTF-8', 'apt-get', '--quiet', '--yes'];
  const options = ['-o', 'Acquire::Retries=3', '-o', 'DPkg::Lock::Timeout=300', '-o', 'Dpkg::Use-Pty=0'];
  return {
    repair: ['env', 'DEBIAN_FRONTEND=noninteractive', 'dpkg', '--configure', '-a'],
    update: [...apt, ...options, 'update'],
    install: [...apt, ...options, '--no-install-recommends', 'install', ...names],
  };
}

/** What a line of apt-get's output says about progress. */
export type AptEvent =
  | { kind: 'total'; packages: number }
  | { kind: 'unpacked' | 'configured'; name: string }
  | { kind: 'downloaded'; name: string };

/** Reads the lines of apt-get and dpkg (in the C locale) that matter to a person who waits. */
export function readAptLine(line: string): AptEvent | undefined {
  // The second form is apt 3's.
  const total =
    /^(\d+) upgraded, (\d+) newly installed/.exec(line) ??
    /^\s*Upgrading: (\d+), Installing: (\d+)/.exec(line);
  if (total !== null) return { kind: 'total', packages: Number(total[1]) + Number(total[2]) };
  const [, verb, name] = /^(Unpacking|Setting up) (\S+) /.exec(line) ?? [];
  if (name !== undefined) return { kind: verb === 'Unpacking' ? 'unpacked' : 'configured', name };
  const [, fetched] = /^Get:\d+ \S+ \S+ \S+ (\S+) /.exec(line) ?? [];
  return fetched === undefined ? undefined : { kind: 'downloaded', name: fetched };
}
