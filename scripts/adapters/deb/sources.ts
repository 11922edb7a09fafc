/** Where the packages of a repository id are: configuration first, else the machine's own apt sources. */
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { AperiodicError } from '../../model/errors.ts';
import type { DebRepository, RepositoryAddress } from '../../model/types.generated.ts';
import { exec } from '../host/exec.ts';

/** A repository with its address. */
export interface DebSource {
  repository: DebRepository;
  /** Without a slash at its end. */
  uri: string;
  /** Absolute path of the keyring that its Release files must be signed by. */
  keyring: string;
  /** Where the address comes from, for people. */
  from: 'configuration' | 'apt sources';
}

interface AptTarget {
  uri: string;
  suite: string;
  component: string;
}

/**
 * The package indexes that this machine's apt is configured for, as apt itself reads its sources (sources.list,
 * deb822 files, mirror lists). Works before any `apt-get update`.
 */
export async function listAptTargets(): Promise<AptTarget[]> {
  const { stdout } = await exec(
    'apt-get',
    [
      // Without lists and status apt has no cache of all packages to build first, which takes seconds on some machines.
      '-o',
      'Dir::State::Lists=/nonexistent/',
      '-o',
      'Dir::State::status=/dev/null',
      'indextargets',
      '--no-release-info',
      '--format',
      '$(REPO_URI)|$(RELEASE)|$(COMPONENT)',
      'Created-By: Packages',
    ],
    { what: 'the apt sources of this machine could not be read' },
  );
  const targets: AptTarget[] = [];
  for (const line of new Set(stdout.split('\n'))) {
    const [uri, suite, component] = line.split('|');
    if (uri !== undefined && suite !== undefined && component !== undefined) {
      targets.push({ uri: uri.replace(/\/+$/, ''), suite, component });
    }
  }
  return targets;
}

/** The address whose indexes include every suite and component of the repository. */
export function matchRepository(
  repository: DebRepository,
  targets: readonly AptTarget[],
): string | undefined {
  const wanted = repository.suites.flatMap((suite) =>
    repository.components.map((component) => ({ suite, component })),
  );
  const uris = [...new Set(targets.map((target) => target.uri))];
  return uris.find((uri) =>
    wanted.every((want) =>
      targets.some((t) => t.uri === uri && t.suite === want.suite && t.component === want.component),
    ),
  );
}

/**
 * @param addresses configuration's addresses, by repository id
 * @throws AperiodicError `not-found` naming the id and how to configure it
 */
export async function locateRepositories(
  repositories: readonly DebRepository[],
  addresses: Readonly<Record<string, RepositoryAddress>>,
): Promise<DebSource[]> {
  const needsApt = repositories.some((repository) => addresses[repository.id] === undefined);
  const targets = needsApt ? await listAptTargets() : [];
  return repositories.map((repository) => {
    const configured = addresses[repository.id];
    const keyring = configured?.keyring ?? path.join('/usr/share/keyrings', repository.keyring);
    if (configured !== undefined) {
      return { repository, uri: configured.uri.replace(/\/+$/, ''), keyring, from: 'configuration' as const };
    }
    const uri = matchRepository(repository, targets);
    if (uri === undefined) {
      const variable = `APERIODIC_REPOSITORY_${repository.id.toUpperCase().replaceAll('-', '_')}`;
      throw new AperiodicError(
        'not-found',
        `repository '${repository.id}' has no address: no apt source of this machine has ${repository.suites.join(' and ')} ` +
          `with ${repository.components.join(', ')}; set ${variable} or 'repositories' in .aperiodic/config.yaml`,
      );
    }
    return { repository, uri, keyring, from: 'apt sources' as const };
  });
}

/**
 * Download addresses of a file below a repository's address. A `mirror+file:` source (as on some clouds) stands for
 * the list of addresses in that local file.
 */
export async function downloadUris(source: DebSource, filePath: string): Promise<string[]> {
  const list = /^mirror\+file:\/*(\/.*)$/.exec(source.uri)?.[1];
  // Of a file: address apt makes a link to the repository's own file; copy: makes one that can be moved into the store.
  if (list === undefined) return [`${source.uri.replace(/^file:/, 'copy:')}/${filePath}`];
  const text = await readFile(list, 'utf8').catch((cause: unknown) => {
    const { id } = source.repository;
    throw new AperiodicError('not-found', `the list of mirrors of repository '${id}' cannot be read`, {
      file: list,
      cause,
    });
  });
  return text
    .split('\n')
    .map((line) => line.split(/\s/)[0] ?? '')
    .filter((uri) => /^https?:\/\//.test(uri))
    .map((uri) => `${uri.replace(/\/+$/, '')}/${filePath}`);
}
