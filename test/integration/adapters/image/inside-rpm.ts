/** Runs behind the outer wall: rpms of the store become a root, of which this tells what is there. */
import { lstat, mkdir, readdir, readFile } from 'node:fs/promises';
import path from 'node:path';
import { text } from 'node:stream/consumers';
import { exec } from '../../../../scripts/adapters/host/exec.ts';
import { clampTimes } from '../../../../scripts/adapters/image/clean-root.ts';
import { BuildContext } from '../../../../scripts/adapters/image/context.ts';
import { installPackages } from '../../../../scripts/adapters/image/install-packages.ts';
import { inside } from '../../../../scripts/adapters/image/sandbox.ts';
import { toAperiodicError } from '../../../../scripts/model/errors.ts';

async function list(folder: string): Promise<string[]> {
  const names: string[] = [];
  for (const entry of (await readdir(folder, { withFileTypes: true })).sort((a, b) =>
    a.name < b.name ? -1 : 1,
  )) {
    const full = path.join(folder, entry.name);
    const { mode, uid, gid, mtimeMs } = await lstat(full);
    names.push(`${full.slice(inside.root.length)} ${mode.toString(8)} ${uid}:${gid} ${mtimeMs / 1000}`);
    if (entry.isDirectory()) names.push(...(await list(full)));
  }
  return names;
}

const { request } = JSON.parse(await text(process.stdin));
try {
  process.umask(0o022);
  const context = new BuildContext(request, () => undefined);
  await mkdir(inside.root);
  await installPackages(context);
  await clampTimes(inside.root, request.epoch);
  const files = await list(inside.root);
  const all = [
    '-C',
    inside.root,
    '--sort=name',
    '--numeric-owner',
    '--format=pax',
    '-cf',
    '/build/root.tar',
    '.',
  ];
  await exec('tar', [...all, '--pax-option=delete=atime,delete=ctime']);
  const digest = (await exec('sha256sum', ['/build/root.tar'])).stdout.slice(0, 64);
  const motd = await readFile(path.join(inside.root, 'etc/motd'), 'utf8').catch(() => '');
  process.stdout.write(`${JSON.stringify({ files, digest, motd })}\n`);
} catch (error) {
  const { code, message, detail, stack } = toAperiodicError(error);
  process.stdout.write(`${JSON.stringify({ code, message, detail, stack })}\n`);
}
