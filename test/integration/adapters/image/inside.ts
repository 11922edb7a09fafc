/**
 * Runs behind the outer wall: the build's own steps on a root that is made of a few programs of the host, with files that
 * stand for the kernel and GRUB. Installing real packages would take most of the time and is tested end to end.
 */
import { cp, mkdir, symlink, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { text } from 'node:stream/consumers';
import { exec } from '../../../../scripts/adapters/host/exec.ts';
import { findKernel, makeBootFiles } from '../../../../scripts/adapters/image/bootloader.ts';
import { clampTimes, cleanRoot } from '../../../../scripts/adapters/image/clean-root.ts';
import { writeContainer } from '../../../../scripts/adapters/image/container.ts';
import { BuildContext } from '../../../../scripts/adapters/image/context.ts';
import { writeDisk } from '../../../../scripts/adapters/image/disk.ts';
import { fileSystemId, layOut } from '../../../../scripts/adapters/image/disk-layout.ts';
import { writeFormats } from '../../../../scripts/adapters/image/formats.ts';
import type { WorkerRequest } from '../../../../scripts/adapters/image/protocol.ts';
import { runScripts, writeScriptLogs } from '../../../../scripts/adapters/image/run-scripts.ts';
import { inside } from '../../../../scripts/adapters/image/sandbox.ts';
import { toAperiodicError } from '../../../../scripts/model/errors.ts';

const programs = ['bash', 'cat', 'head', 'id', 'ln', 'ls', 'mkdir', 'mknod', 'mount', 'rm', 'setpriv'];
const standIns: Record<string, string | Buffer> = {
  // Bytes of what the stand-in for grub-mkimage makes.
  '/etc/core-size': '40000',
  '/usr/lib/grub/i386-pc/boot.img': Buffer.alloc(512, 0xb0),
  '/usr/lib/grub/i386-pc/normal.mod': 'a module',
  '/usr/lib/grub/x86_64-efi-signed/grubx64.efi.signed': 'signed GRUB',
  '/usr/lib/shim/shimx64.efi.signed': 'signed shim',
  '/lib/modules/6.1.0-9-cloud-amd64/modules.dep': '',
  '/lib/modules/6.1.0-10-cloud-amd64/modules.dep': '',
  '/var/log/dpkg.log': 'trace of the build',
  '/etc/apt/apt.conf.d/99mmdebstrap': 'trace of the build',
};

async function makeRoot(context: BuildContext): Promise<void> {
  for (const name of [
    'usr/bin',
    'usr/lib',
    'usr/lib64',
    'dev',
    'proc',
    'tmp',
    'run',
    'etc',
    'var/log',
    'var/lib/dbus',
  ])
    await mkdir(path.join(inside.root, name), { recursive: true });
  for (const name of ['bin', 'lib', 'lib64']) await symlink(`usr/${name}`, path.join(inside.root, name));
  const files = ['/usr/sbin/chroot', ...programs.map((name) => `/usr/bin/${name}`)];
  const { stdout } = await exec('ldd', files, { accept: [0, 1] });
  const libraries = new Set([...stdout.matchAll(/(?:=> |\t)(\/\S+) \(/g)].map((match) => match[1] ?? ''));
  for (const file of [...files, ...libraries]) {
    const target = context.inRoot(file);
    await mkdir(path.dirname(target), { recursive: true });
    await cp(file, target, { dereference: true });
  }
  await cp('/usr/bin/dash', context.inRoot('/usr/bin/sh'), { dereference: true });
  for (const [name, content] of Object.entries(standIns)) {
    await mkdir(path.dirname(context.inRoot(name)), { recursive: true });
    await writeFile(context.inRoot(name), content);
  }
  const mkimage =
    '#!/bin/bash\nwhile [ "$1" != -o ] || [[ $2 == i386-pc ]]; do shift; done\nhead -c $(cat /etc/core-size) /dev/zero > "$2"\n';
  await writeFile(context.inRoot('/usr/bin/grub-mkimage'), mkimage, { mode: 0o755 });
}

async function build(request: WorkerRequest, until: 'scripts' | 'disk' | 'container') {
  process.umask(0o022);
  const context = new BuildContext(request, () => undefined);
  if (until === 'container') {
    await mkdir(inside.root);
    await makeRoot(context);
    const logs = await runScripts(context);
    await cleanRoot(context);
    await writeScriptLogs(context, logs);
    await clampTimes(inside.root, request.epoch);
    return await writeContainer(context);
  }
  const { partitions } = request.spec;
  const layout = layOut(partitions, request.seed, (mount) => fileSystemId(request.seed, mount));
  await mkdir(inside.root);
  await makeRoot(context);
  const logs = await runScripts(context);
  if (until === 'scripts') return undefined;
  const boot = await makeBootFiles(context, layout, await findKernel(context));
  await cleanRoot(context);
  await writeScriptLogs(context, logs);
  await clampTimes(inside.root, request.epoch);
  const raw = path.join(inside.out, `${request.baseName}.raw`);
  await writeDisk(context, layout, boot, raw);
  await writeFormats(context, raw);
  return undefined;
}

const { request, until } = JSON.parse(await text(process.stdin));
try {
  const container = await build(request, until);
  process.stdout.write(`${JSON.stringify({ container })}\n`);
} catch (error) {
  const { code, message, detail, file, line, stack } = toAperiodicError(error);
  process.stdout.write(`${JSON.stringify({ code, message, detail, file, line, stack })}\n`);
}
