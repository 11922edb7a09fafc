/**
 * Runs behind `unshare`, as root of a user namespace with mounts and processes of its own: unpacks an image by umoci into
 * memory and runs a script in it by runc. All of it is gone with this process.
 */
import { randomBytes } from 'node:crypto';
import { readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { text } from 'node:stream/consumers';
import { toAperiodicError } from '../../model/errors.ts';
import { ensureForeign } from '../foreign/run-foreign.ts';
import { exec } from '../host/exec.ts';
import { type ContainerRequest, notStarted } from './protocol.ts';

/** What Docker and podman leave to the root of a container (moby, oci/caps/defaults.go). */
const capabilities = [
  ...['CHOWN', 'DAC_OVERRIDE', 'FOWNER', 'FSETID', 'KILL', 'MKNOD', 'NET_BIND_SERVICE', 'SETFCAP'],
  ...['SETGID', 'SETPCAP', 'SETUID', 'SYS_CHROOT', 'AUDIT_WRITE'],
].map((name) => `CAP_${name}`);

async function prepare({ archive, architecture, folder }: ContainerRequest): Promise<string> {
  await exec('mount', ['-t', 'tmpfs', '-o', 'mode=0755', 'tmpfs', folder]);
  await ensureForeign(architecture, folder);
  const layout = path.join(folder, 'layout');
  const bundle = path.join(folder, 'bundle');
  const quiet = ['--insecure-policy', 'copy', '--quiet'];
  await exec('skopeo', [...quiet, `oci-archive:${archive}`, `oci:${layout}:image`], {
    env: { TMPDIR: folder },
  });
  await exec('umoci', ['unpack', '--image', `${layout}:image`, bundle]);
  const file = path.join(bundle, 'config.json');
  const config = JSON.parse(await readFile(file, 'utf8'));
  const sets = ['bounding', 'effective', 'permitted'];
  config.process = {
    ...config.process,
    terminal: false,
    args: ['/bin/bash', '-s'],
    noNewPrivileges: false,
    capabilities: Object.fromEntries(sets.map((name) => [name, capabilities])),
  };
  await writeFile(file, JSON.stringify(config));
  return bundle;
}

const request: ContainerRequest = JSON.parse(await text(process.stdin));
const bundle = await prepare(request).catch((error: unknown) => {
  const { code, message, detail = '' } = toAperiodicError(error);
  process.stderr.write(`${code}\n${message}\n${detail}\n`);
  process.exit(notStarted);
});
const { exitCode } = await exec(
  'runc',
  [
    '--root',
    path.join(request.folder, 'state'),
    'run',
    '--bundle',
    bundle,
    `aperiodic-${randomBytes(8).toString('hex')}`,
  ],
  {
    input: request.script,
    accept: Array.from({ length: 256 }, (_, code) => code),
    onLine: (line, stream) => process[stream].write(`${line}\n`),
  },
);
process.exitCode = exitCode;
