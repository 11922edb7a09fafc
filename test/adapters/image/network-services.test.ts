import assert from 'node:assert/strict';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { test } from 'node:test';
import {
  firewallArguments,
  setFirewall,
  setTimeServers,
  stopTimeServices,
} from '../../../scripts/adapters/image/network-services.ts';
import type { FirewallSpec } from '../../../scripts/model/kickstart/image-spec.ts';
import { temporaryFolder } from '../../support/temporary-folder.ts';

const firewall: FirewallSpec = {
  enabled: true,
  services: ['ssh', 'http'],
  removed: ['dhcpv6-client'],
  ports: ['8000-8010:udp'],
  trusted: ['eth0'],
  origin: { file: 'k.ks', line: 7 },
};

/** A root in a folder that keeps what would be run in it. */
function fakeRoot(folder: string) {
  const ran: { command: readonly string[]; what: string | undefined }[] = [];
  return {
    ran,
    inRoot: (name: string) => path.join(folder, name),
    runInRoot: async (command: readonly string[], options: { what?: string } = {}) => {
      ran.push({ command, what: options.what });
      return { exitCode: 0, stdout: '', stderr: '' };
    },
  };
}

test('chrony asks the given servers in the place of its own', async (t) => {
  const folder = await temporaryFolder(t);
  const root = { followed: async (name: string) => path.join(folder, name) };
  await assert.rejects(setTimeServers(root, ['a.example']), { code: 'build-failed', message: /need chrony/ });
  const file = path.join(folder, 'etc/chrony.conf');
  await mkdir(path.dirname(file));
  await writeFile(
    file,
    '# Servers\npool 2.fedora.pool.ntp.org iburst\nserver x\ndriftfile /var/lib/chrony/drift\n',
  );
  await setTimeServers(root, ['a.example', '10.0.0.1']);
  assert.equal(
    await readFile(file, 'utf8'),
    'server a.example iburst\nserver 10.0.0.1 iburst\n# Servers\ndriftfile /var/lib/chrony/drift\n',
  );
});

test('firewalld is told each rule, and an error names the line', async (t) => {
  const root = fakeRoot(await temporaryFolder(t));
  await setFirewall(root, firewall);
  const rules = [
    '--enabled',
    '--service=ssh',
    '--service=http',
    '--remove-service=dhcpv6-client',
    '--port=8000-8010:udp',
    '--trust=eth0',
  ];
  assert.deepEqual(root.ran, [{ command: ['firewall-offline-cmd', ...rules], what: 'firewall (k.ks:7)' }]);
  const none = { services: [], removed: [], ports: [], trusted: [] };
  assert.deepEqual(firewallArguments({ ...firewall, ...none, enabled: false }), ['--disabled']);
});

test('what sets the clock is disabled where it is installed, and nothing else is', async (t) => {
  const folder = await temporaryFolder(t);
  const root = fakeRoot(folder);
  await stopTimeServices(root);
  assert.equal(root.ran.length, 0);
  const units = path.join(folder, 'usr/lib/systemd/system');
  await mkdir(units, { recursive: true });
  for (const unit of ['systemd-timesyncd.service', 'ssh.service', 'chrony.service'])
    await writeFile(path.join(units, unit), '');
  await stopTimeServices(root);
  assert.deepEqual(
    root.ran.map(({ command }) => command.join(' ')),
    ['systemctl disable -- systemd-timesyncd.service chrony.service'],
  );
});
