/** Packages of the store → an installed root, by rpm of the host or of a builder in one transaction: no solver, no repository, no network. */
import { chmod, mkdir, readdir, rename, rm, rmdir } from 'node:fs/promises';
import path from 'node:path';
import { AperiodicError } from '../../model/errors.ts';
import { processorOf } from '../../model/machine.ts';
import { mountBuilder } from '../builder-image/mounts.ts';
import { statOf } from '../host/files.ts';
import { thisProcessor } from '../host/packages.ts';
import type { BuildContext } from './context.ts';
import { inside } from './sandbox.ts';

/** Where rpm keeps its database since Fedora 36; an image whose rpm has another place gets it there. */
const usualDatabase = '/usr/lib/sysimage/rpm';

/** Where a machine has its kernel's file systems. Rpm is kept out of them, so they are made here, as Fedora's package filesystem does. */
const mountPoints = [
  ['/proc', 0o555],
  ['/sys', 0o555],
  ['/dev', 0o755],
] as const;

/**
 * Signatures were checked when the packages came into the store; here their digests are. What is missing or in conflict stops
 * the transaction before it begins. Files of /proc, /sys and /dev are not installed: they belong to the running machine.
 */
export async function installRpms(context: BuildContext): Promise<void> {
  const { pins, spec, architecture } = context.request;
  const foreign = processorOf(architecture) !== thisProcessor;
  context.note(`installing ${pins.length} packages`);
  await mkdir(context.inRoot(usualDatabase), { recursive: true });
  for (const [folder, mode] of mountPoints) {
    await mkdir(context.inRoot(folder), { recursive: true });
    await chmod(context.inRoot(folder), mode);
  }
  const failed: string[] = [];
  const settings = {
    _netsharedpath: mountPoints.map(([folder]) => folder).join(':'),
    _pkgverify_level: 'digest',
    // rpm's own word for none; without the setting it is all (rpm's macros, _install_langs).
    ...(spec.languages === undefined ? {} : { _install_langs: spec.languages.join(':') || '%{nil}' }),
  };
  await runRpm(
    context,
    [
      '--install',
      '--percent',
      '--hash',
      '--verbose',
      '--noplugins',
      '--nosignature',
      // rpm would have the packages of this machine alone; which they are, the pins say.
      ...(foreign ? ['--ignorearch'] : []),
      ...(spec.excludeDocs ? ['--excludedocs'] : []),
      ...Object.entries(settings).flatMap(([name, value]) => ['--define', `${name} ${value}`]),
      '--',
      ...pins.map(({ sha256 }) => path.join(inside.store, 'sha256', sha256.slice(0, 2), sha256)),
    ],
    {
      what: 'the packages could not be installed',
      onLine: (line) => {
        const [, percent] = /^%% (\d+)/.exec(line) ?? [];
        if (percent !== undefined) context.progress(Number(percent), 100, 'steps');
        // rpm itself goes on after a %post that failed, and ends well.
        if (/scriptlet failed|^error: /.test(line)) failed.push(line);
      },
    },
  );
  if (failed.length > 0) {
    const detail = failed.join('\n');
    throw new AperiodicError('build-failed', 'packages are not fully installed', { detail });
  }
  await runRpm(context, ['--rebuilddb'], { program: 'rpmdb', what: "rpm's database could not be written" });
  await checkInstalled(context);
  await settleDatabase(context);
}

interface RpmOptions {
  program?: string;
  what: string;
  onLine?: (line: string) => void;
}

/** With /proc and /dev in the root, which scripts of packages may need; both are gone when it ends. */
async function runRpm(context: BuildContext, args: readonly string[], options: RpmOptions) {
  const { builder } = context.request;
  const mounts = [
    ...(builder === undefined ? ['--bind', '/', '/'] : await besideBuilder()),
    ...['--dev', `${inside.root}/dev`, '--proc', `${inside.root}/proc`],
  ];
  const wall = [...mounts, '--die-with-parent', '--cap-add', 'ALL', '--chdir', '/', '--'];
  const rpm = [options.program ?? 'rpm', '--root', inside.root, '--dbpath', usualDatabase];
  return await context.run('bwrap', [...wall, ...rpm, ...args], {
    what: options.what,
    ...(options.onLine === undefined ? {} : { onLine: options.onLine }),
  });
}

/** Of the host nothing is seen there but the image's root and the packages. */
async function besideBuilder(): Promise<string[]> {
  const given = ['--bind', inside.root, inside.root, '--ro-bind', inside.store, inside.store];
  return [...(await mountBuilder(inside.builder)), ...given];
}

/** @throws AperiodicError `build-failed` when rpm's database is not exactly the pins */
async function checkInstalled(context: BuildContext): Promise<void> {
  const format = '%{NAME} %|EPOCH?{%{EPOCH}:}|%{VERSION}-%{RELEASE} %{ARCH}\\n';
  const { stdout } = await runRpm(context, ['--query', '--all', '--queryformat', format], {
    what: "rpm's database could not be read",
  });
  const seen = stdout.split('\n').filter((line) => line !== '');
  const wanted = context.request.pins.map((pin) => `${pin.name} ${pin.version} ${pin.architecture}`);
  const missing = wanted.filter((line) => !seen.includes(line));
  const extra = seen.filter((line) => !wanted.includes(line));
  if (missing.length + extra.length === 0 && seen.length === wanted.length) return;
  const detail = [
    ...missing.map((line) => `missing: ${line}`),
    ...extra.map((line) => `not pinned: ${line}`),
  ].join('\n');
  throw new AperiodicError('build-failed', 'the installed packages are not the pins', { detail });
}

/** The database to where the image's own rpm looks for it, without locks and other traces. */
async function settleDatabase(context: BuildContext): Promise<void> {
  const folder = context.inRoot(usualDatabase);
  for (const name of await readdir(folder))
    if (/^\.(rpm|dbenv)\.lock$|-(wal|shm)$/.test(name)) await rm(path.join(folder, name));
  if ((await statOf(context.inRoot('/usr/bin/rpm'))) === undefined) return;
  const { stdout } = await context.runInRoot(['rpm', '--eval', '%{_dbpath}']);
  const own = stdout.trim();
  if (!/^(\/[A-Za-z0-9_-][A-Za-z0-9._-]*)+$/.test(own))
    throw new AperiodicError('build-failed', "the image's rpm does not say where its database is");
  const target = await context.followed(own);
  if (target === folder) return;
  await mkdir(path.dirname(target), { recursive: true });
  await rmdir(target).catch(() => undefined);
  await rename(folder, target);
}
