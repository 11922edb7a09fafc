/** Packages of the store → an installed root, by mmdebstrap and the image's own dpkg. */
import { mkdir, symlink, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { AperiodicError } from '../../model/errors.ts';
import { exec } from '../host/exec.ts';
import type { BuildContext } from './context.ts';
import { inside } from './sandbox.ts';

const repository = path.join(inside.build, 'packages');

/** A repository of exactly the pins: links into the store and an index with their digests, which apt checks. */
async function indexPins(context: BuildContext): Promise<void> {
  await mkdir(repository);
  const { pins } = context.request;
  const stanzas: string[] = new Array(pins.length).fill('');
  let next = 0;
  const work = async () => {
    for (let at = next++; at < pins.length; at = next++) {
      const pin = pins[at];
      if (pin === undefined) continue;
      const stored = path.join(inside.store, 'sha256', pin.sha256.slice(0, 2), pin.sha256);
      await symlink(stored, path.join(repository, `${pin.sha256}.deb`));
      const { stdout } = await exec('dpkg-deb', ['--field', stored], {
        failure: 'build-failed',
        what: `${pin.name} is not a Debian package`,
      });
      stanzas[at] =
        `${stdout.trimEnd()}\nFilename: ./${pin.sha256}.deb\nSize: ${pin.size}\nSHA256: ${pin.sha256}\n`;
    }
  };
  await Promise.all([work(), work(), work()]);
  await writeFile(path.join(repository, 'Packages'), stanzas.join('\n'));
}

/** dpkg's filters for documentation (copyright files stay, as Debian's policy asks) and translations. */
function dpkgOptions(context: BuildContext): string[] {
  const { spec } = context.request;
  const options = ['force-unsafe-io'];
  if (spec.excludeDocs) {
    options.push(
      'path-exclude=/usr/share/man/*',
      'path-exclude=/usr/share/info/*',
      'path-exclude=/usr/share/doc/*',
    );
    options.push('path-include=/usr/share/doc/*/copyright');
  }
  if (spec.languages !== undefined) {
    options.push(
      'path-exclude=/usr/share/locale/*/LC_MESSAGES/*',
      'path-include=/usr/share/locale/locale.alias',
    );
    for (const language of spec.languages)
      options.push(`path-include=/usr/share/locale/${language}/LC_MESSAGES/*`);
  }
  return options;
}

/**
 * One unpack and one configure pass over all packages: variant custom hands the whole list to dpkg at once. INITRD=No
 * keeps kernel and hooks from making an initramfs each time; one is made when the root is complete.
 */
export async function installDebs(context: BuildContext): Promise<void> {
  context.note('indexing packages');
  await indexPins(context);
  const { pins } = context.request;
  context.note(`installing ${pins.length} packages`);
  let steps = 0;
  await context.run(
    'mmdebstrap',
    [
      '--mode=root',
      '--variant=custom',
      '--format=directory',
      '--verbose',
      '--skip=check/empty,check/qemu,check/signed-by,output/dev',
      '--hook-dir=/usr/share/mmdebstrap/hooks/merged-usr',
      `--architectures=${context.request.architecture}`,
      ...['APT::Install-Recommends "false"', 'Acquire::Languages "none"'].map(
        (option) => `--aptopt=${option}`,
      ),
      ...dpkgOptions(context).map((option) => `--dpkgopt=${option}`),
      `--include=${pins.map((pin) => pin.name).join(',')}`,
      'stable',
      inside.root,
      `deb [trusted=yes] copy:${repository} ./`,
    ],
    {
      env: { INITRD: 'No' },
      what: 'the packages could not be installed',
      onLine: (line) => {
        if (/^(Unpacking|Setting up) /.test(line))
          context.progress(Math.min(++steps, 2 * pins.length), 2 * pins.length, 'steps');
      },
    },
  );
  await checkInstalled(context);
}

/** @throws AperiodicError `build-failed` when dpkg's database is not exactly the pins, all configured */
async function checkInstalled(context: BuildContext): Promise<void> {
  const audit = await context.runInRoot(['dpkg', '--audit']);
  if (audit.stdout.trim() !== '') {
    throw new AperiodicError('build-failed', 'packages are not fully installed', { detail: audit.stdout });
  }
  const format = '${Package} ${Version} ${Architecture} ${db:Status-Status}\\n';
  const { stdout } = await context.runInRoot(['dpkg-query', '--show', `--showformat=${format}`]);
  const seen = new Set(stdout.trim().split('\n'));
  const wanted = new Set(
    context.request.pins.map((pin) => `${pin.name} ${pin.version} ${pin.architecture} installed`),
  );
  const missing = [...wanted].filter((line) => !seen.has(line));
  const extra = [...seen].filter((line) => !wanted.has(line));
  if (missing.length + extra.length > 0) {
    const detail = [
      ...missing.map((line) => `missing: ${line}`),
      ...extra.map((line) => `not pinned: ${line}`),
    ].join('\n');
    throw new AperiodicError('build-failed', 'the installed packages are not the pins', { detail });
  }
}
