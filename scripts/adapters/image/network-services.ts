/** Services of the network that a kickstart has commands of their own for: the firewall, and what sets the clock. */
import { access, readFile, writeFile } from 'node:fs/promises';
import { AperiodicError } from '../../model/errors.ts';
import type { FirewallSpec } from '../../model/kickstart/image-spec.ts';
import { timeServices } from '../../model/kickstart/interpret/time.ts';
import type { BuildContext } from './context.ts';

type Root = Pick<BuildContext, 'inRoot' | 'runInRoot'>;

/** Disables each that is installed, whether the kickstart named its package or another package brought it. */
export async function stopTimeServices(context: Root): Promise<void> {
  const installed: string[] = [];
  for (const unit of timeServices) {
    const there = await access(context.inRoot(`/usr/lib/systemd/system/${unit}`)).then(
      () => true,
      () => false,
    );
    if (there) installed.push(unit);
  }
  if (installed.length === 0) return;
  await context.runInRoot(['systemctl', 'disable', '--', ...installed], { what: 'timesource --ntp-disable' });
}

/** chrony.conf(5): these servers in the place of those of the distribution. */
export async function setTimeServers(
  context: Pick<BuildContext, 'followed'>,
  servers: readonly string[],
): Promise<void> {
  const file = await context.followed('/etc/chrony.conf');
  const config = await readFile(file, 'utf8').catch((cause: unknown) => {
    throw new AperiodicError('build-failed', 'time servers need chrony: add it to %packages', { cause });
  });
  const kept = config.split('\n').filter((line) => !/^\s*(server|pool|peer)\s/i.test(line));
  const named = servers.map((server) => `server ${server} iburst`);
  await writeFile(file, [...named, ...kept].join('\n'));
}

/** firewall-offline-cmd(1) of firewalld writes the default zone. Every value was checked to be one plain word. */
export async function setFirewall(context: Root, firewall: FirewallSpec): Promise<void> {
  const { origin } = firewall;
  await context.runInRoot(['firewall-offline-cmd', ...firewallArguments(firewall)], {
    failure: 'build-failed',
    what: `firewall (${origin.file}:${origin.line})`,
  });
}

export function firewallArguments(firewall: FirewallSpec): string[] {
  return [
    firewall.enabled ? '--enabled' : '--disabled',
    ...firewall.services.map((name) => `--service=${name}`),
    ...firewall.removed.map((name) => `--remove-service=${name}`),
    ...firewall.ports.map((port) => `--port=${port}`),
    ...firewall.trusted.map((link) => `--trust=${link}`),
  ];
}
