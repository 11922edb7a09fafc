/** The whole build to a qcow2 against a bare mmdebstrap call that makes the same root and nothing else. */
import { link, mkdir, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { cleanEnvironment, exec } from '../../scripts/adapters/host/exec.ts';
import { compare } from './measure.ts';
import type { Bench } from './prepare.ts';

export async function benchBuild({ folder, job, spec, opened }: Bench, rounds: number): Promise<void> {
  const repository = path.join(folder, 'repository');
  await makeRepository(repository, { job, opened });
  const bare = async () => {
    const root = path.join(folder, 'bare-root');
    await exec(
      'mmdebstrap',
      bareArguments(
        root,
        repository,
        job.pins.packages.map(({ name }) => name),
      ),
      { env: cleanEnvironment() },
    );
    await exec('rm', ['-rf', '--one-file-system', '--', root]);
  };
  const ours = async () => {
    const out = path.join(folder, 'ours-out');
    await mkdir(out);
    const request = { job, spec, baseName: 'bench', folder: out };
    await opened.ports.images.build(request, opened.ports.store, opened.ports.log.task('build'));
    await rm(out, { recursive: true });
  };
  await compare(
    `build of ${job.pins.packages.length} packages`,
    { name: 'mmdebstrap alone, to a root folder', run: bare },
    { name: 'aperiodic build, to a qcow2', run: ours },
    rounds,
  );
}

async function makeRepository(folder: string, { job, opened }: Pick<Bench, 'job' | 'opened'>): Promise<void> {
  await mkdir(folder);
  const stanzas: string[] = [];
  for (const pin of job.pins.packages) {
    const stored = (await opened.ports.store.find(pin.sha256)) ?? '';
    await link(stored, path.join(folder, `${pin.sha256}.deb`));
    const { stdout } = await exec('dpkg-deb', ['--field', stored]);
    stanzas.push(
      `${stdout.trimEnd()}\nFilename: ./${pin.sha256}.deb\nSize: ${pin.size}\nSHA256: ${pin.sha256}\n`,
    );
  }
  await writeFile(path.join(folder, 'Packages'), stanzas.join('\n'));
}

/** As its manual says, with the same files left out of the root as ours. */
function bareArguments(root: string, repository: string, names: readonly string[]): string[] {
  const excluded = ['man/*', 'info/*', 'doc/*', 'locale/*/LC_MESSAGES/*'].map(
    (part) => `--dpkgopt=path-exclude=/usr/share/${part}`,
  );
  return [
    '--variant=apt',
    '--format=directory',
    '--hook-dir=/usr/share/mmdebstrap/hooks/merged-usr',
    '--aptopt=APT::Install-Recommends "false"',
    ...excluded,
    '--dpkgopt=path-include=/usr/share/doc/*/copyright',
    `--include=${names.join(',')}`,
    'bookworm',
    root,
    `deb [trusted=yes] copy:${repository} ./`,
  ];
}
