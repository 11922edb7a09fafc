/** Runs a program of rpm or dnf: this machine's, or that of a builder image, which then sees what it is given and no more. */
import { realpath } from 'node:fs/promises';
import path from 'node:path';
import { AperiodicError } from '../../model/errors.ts';
import type { Builder } from '../../ports/builders.ts';
import { type ExecOptions, type ExecResult, exec } from '../host/exec.ts';
import { statOf } from '../host/files.ts';
import { canMount, mountBuilder } from './mounts.ts';

/** What a program of a builder is given. Paths are absolute, and the same inside. */
export interface Access {
  readable?: readonly string[];
  writable?: readonly string[];
  /** Files by the place below /run/aperiodic where they are seen: for those whose own place may be taken. */
  placed?: Readonly<Record<string, string>>;
  network?: boolean;
}

/** Where `placed` files are. */
export const placedFolder = '/run/aperiodic';

/** @throws AperiodicError `missing-tool` when the builder lacks the program; as `exec` */
export async function runTool(
  builder: Builder | undefined,
  program: string,
  args: readonly string[],
  options: ExecOptions,
  access: Access = {},
): Promise<ExecResult> {
  if (builder === undefined) return await exec(program, args, options);
  const name = path.basename(program);
  await assertProgram(builder, name);
  const wall = await wallOf(builder, access);
  return await exec('bwrap', [...wall, '--', `/usr/bin/${name}`, ...args], {
    ...options,
    env: { TMPDIR: '/tmp', HOME: '/tmp', ...options.env },
  });
}

export async function assertProgram({ root, reference }: Pick<Builder, 'root' | 'reference'>, name: string) {
  if ((await statOf(path.join(root, 'usr/bin', name))) !== undefined) return;
  throw new AperiodicError(
    'missing-tool',
    `the builder image ${reference} has no /usr/bin/${name}: docs/rpm.md says what a builder holds`,
  );
}

/** As root of a user namespace without rights, so that it is the same for root and plain users; what it writes is the caller's. */
async function wallOf(
  builder: Builder,
  { readable = [], writable = [], placed = {}, network }: Access,
): Promise<string[]> {
  for (const file of [...readable, ...writable]) {
    if (canMount(file)) continue;
    const text = `${file} lies in a folder that a builder image has of its own: put it somewhere else`;
    throw new AperiodicError('unsupported', text);
  }
  return [
    ...['--unshare-user', '--uid', '0', '--gid', '0', '--unshare-pid', '--unshare-ipc', '--unshare-uts'],
    ...['--hostname', 'localhost', '--die-with-parent', '--new-session', '--cap-drop', 'ALL'],
    ...['--unsetenv', 'SSL_CERT_FILE', '--unsetenv', 'SSL_CERT_DIR'],
    ...(network === true ? [] : ['--unshare-net']),
    ...(await mountBuilder(builder.root)),
    ...(network === true ? await mountNames() : []),
    ...Object.entries(placed).flatMap(([name, file]) => ['--ro-bind', file, `${placedFolder}/${name}`]),
    ...readable.flatMap((file) => ['--ro-bind', path.resolve(file), path.resolve(file)]),
    ...writable.flatMap((file) => ['--bind', path.resolve(file), path.resolve(file)]),
    ...['--chdir', '/'],
  ];
}

/** How this machine finds others; on many, resolv.conf is a link. */
async function mountNames(): Promise<string[]> {
  const mounts: string[] = [];
  for (const file of ['/etc/resolv.conf', '/etc/hosts']) {
    const real = await realpath(file).catch(() => undefined);
    if (real !== undefined) mounts.push('--ro-bind', real, file);
  }
  return mounts;
}
