/** A private state folder for apt: its own sources, lists and (empty) dpkg status; the machine's are not touched. */
import { createHash } from 'node:crypto';
import { access, mkdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { AperiodicError } from '../../model/errors.ts';
import type { Architecture } from '../../model/types.generated.ts';
import { exec } from '../host/exec.ts';
import type { DebSource } from './sources.ts';

export interface AptState {
  folder: string;
  /** Environment that makes apt use it. */
  env: Record<string, string>;
}

/** One folder per set of sources, so that a second run finds its lists and asks servers only what changed. */
function stateFolder(cache: string, sources: readonly DebSource[], architecture: Architecture): string {
  const key = JSON.stringify([architecture, sources.map((s) => [s.repository, s.uri, s.keyring])]);
  return path.join(cache, createHash('sha256').update(key).digest('hex').slice(0, 16));
}

/** @throws AperiodicError `not-found` when a keyring is missing */
export async function prepareAptState(
  cache: string,
  sources: readonly DebSource[],
  architecture: Architecture,
): Promise<AptState> {
  const folder = stateFolder(cache, sources, architecture);
  for (const name of [
    'lists/partial',
    'cache/archives/partial',
    'etc/apt.conf.d',
    'etc/preferences.d',
    'etc/trusted.gpg.d',
    'log',
  ]) {
    await mkdir(path.join(folder, name), { recursive: true });
  }
  const lines: string[] = [];
  for (const { repository, uri, keyring } of sources) {
    await access(keyring).catch((cause) => {
      throw new AperiodicError(
        'not-found',
        `the keyring ${keyring} of repository '${repository.id}' is missing: run 'aperiodic setup'`,
        {
          cause,
        },
      );
    });
    for (const suite of repository.suites) {
      lines.push(
        `deb [signed-by=${keyring} arch=${architecture}] ${uri} ${suite} ${repository.components.join(' ')}`,
      );
    }
  }
  await writeFile(path.join(folder, 'sources.list'), `${lines.join('\n')}\n`);
  await writeFile(path.join(folder, 'status'), '');
  await writeFile(path.join(folder, 'apt.conf'), configuration(folder, architecture));
  return { folder, env: { APT_CONFIG: path.join(folder, 'apt.conf') } };
}

function configuration(folder: string, architecture: Architecture): string {
  const settings: Record<string, string> = {
    Dir: folder,
    'Dir::State': folder,
    'Dir::State::Lists': path.join(folder, 'lists'),
    'Dir::State::status': path.join(folder, 'status'),
    'Dir::Cache': path.join(folder, 'cache'),
    'Dir::Etc': path.join(folder, 'etc'),
    'Dir::Etc::SourceList': path.join(folder, 'sources.list'),
    'Dir::Log': path.join(folder, 'log'),
    'APT::Architecture': architecture,
    'APT::Architectures': architecture,
    'APT::Sandbox::User': '',
    'Acquire::Languages': 'none',
    'Acquire::Retries': '3',
    'Acquire::IndexTargets::deb::DEP-11::DefaultEnabled': 'false',
  };
  return Object.entries(settings)
    .map(([key, value]) => `${key} "${value}";\n`)
    .join('');
}

/**
 * Refreshes the package lists, signatures checked against the keyrings.
 * @throws AperiodicError `unreachable` with apt's words: a server that is away, a bad signature, an expired Release file
 */
export async function updateAptState(state: AptState): Promise<void> {
  await exec('apt-get', ['-q', '-o', 'APT::Update::Error-Mode=any', 'update'], {
    env: state.env,
    failure: 'unreachable',
    what: 'the package lists could not be refreshed',
  });
}
