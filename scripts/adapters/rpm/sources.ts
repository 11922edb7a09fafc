/** Where the packages of an rpm repository are: configuration first, else what the kickstart says. */
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { AperiodicError } from '../../model/errors.ts';
import type {
  AddressKind,
  Architecture,
  RepositoryAddress,
  RequestedSource,
  RpmRepository,
} from '../../model/types.generated.ts';

/** A repository with its address and its keys, as the resolver takes it. */
export interface RpmSource {
  /** Its id. */
  repository: string;
  kind: AddressKind;
  /** Variables of dnf filled in; without a slash at its end. */
  uri: string;
  /** Absolute path of the armored keys. */
  keyring: string;
  /** Digest-worthy: the keys themselves, so that other keys never meet what older ones let in. */
  keys: string;
  signedMetadata: boolean;
  cost: number;
  includePackages: readonly string[];
  excludePackages: readonly string[];
}

/** dnf's own default (dnf.conf(5)). */
const defaultCost = 1000;
const maxKeyBytes = 1024 * 1024;

/**
 * @param addresses configuration's addresses, by repository id
 * @param requested addresses of the kickstart
 * @throws AperiodicError `not-found` naming the id and how to configure it, or a keyring; `invalid` for an address or keyring
 *   that cannot be used
 */
export async function locateRpmRepositories(
  repositories: readonly RpmRepository[],
  addresses: Readonly<Record<string, RepositoryAddress>>,
  requested: readonly RequestedSource[],
  architecture: Architecture,
): Promise<RpmSource[]> {
  return await Promise.all(
    repositories.map(async (repository) => {
      const asked = requested.find((source) => source.repository === repository.id);
      const configured = addresses[repository.id];
      const address = configured ?? asked;
      if (address === undefined) throw noAddress(repository.id);
      const keyring = configured?.keyring ?? path.join('/usr/share/keyrings', repository.keyring);
      return {
        repository: repository.id,
        kind: address.kind ?? 'baseurl',
        uri: fillVariables(address.uri, repository, architecture),
        keyring,
        keys: await readKeys(keyring, repository.id),
        signedMetadata: repository.signedMetadata ?? true,
        cost: asked?.cost ?? repository.cost ?? defaultCost,
        includePackages: [...(repository.includePackages ?? []), ...(asked?.includePackages ?? [])],
        excludePackages: [...(repository.excludePackages ?? []), ...(asked?.excludePackages ?? [])],
      };
    }),
  );
}

function noAddress(id: string): AperiodicError {
  const variable = `APERIODIC_REPOSITORY_${id.toUpperCase().replaceAll('-', '_')}`;
  return new AperiodicError(
    'not-found',
    `repository '${id}' has no address: set ${variable} or 'repositories' in .aperiodic/config.yaml, ` +
      'or write a url or repo line into the kickstart',
  );
}

/** $releasever, $basearch and $arch, also in braces, as in files of yum.repos.d (dnf.conf(5), VARIABLES). */
export function fillVariables(
  uri: string,
  { id, releasever }: Pick<RpmRepository, 'id' | 'releasever'>,
  architecture: Architecture,
): string {
  const values: Record<string, string | undefined> = {
    releasever,
    basearch: architecture,
    arch: architecture,
  };
  const filled = uri.replace(/\$(?:\{(\w+)\}|(\w+))/g, (_, braced?: string, plain?: string) => {
    const name = braced ?? plain ?? '';
    const value = Object.hasOwn(values, name) ? values[name] : undefined;
    if (value !== undefined) return value;
    const where =
      name === 'releasever' ? `: set 'releasever' of the repository in releases/repositories.yaml` : '';
    throw new AperiodicError(
      'invalid',
      `the address of repository '${id}' has the variable $${name}, which has no value${where}`,
    );
  });
  if (!/^(https?|file):\/\//.test(filled)) {
    throw new AperiodicError(
      'invalid',
      `the address of repository '${id}' must begin with https://, http:// or file://`,
    );
  }
  return filled.replace(/\/+$/, '');
}

async function readKeys(keyring: string, id: string): Promise<string> {
  const text = await readFile(keyring, 'latin1').catch((cause: unknown) => {
    throw new AperiodicError(
      'not-found',
      `the keyring ${keyring} of repository '${id}' is missing: install it, or name another as 'keyring' of the repository in .aperiodic/config.yaml`,
      { cause },
    );
  });
  if (text.length <= maxKeyBytes && text.includes('-----BEGIN PGP PUBLIC KEY BLOCK-----')) return text;
  throw new AperiodicError(
    'invalid',
    `the keyring ${keyring} of repository '${id}' holds no armored keys: rpm reads no others`,
  );
}
