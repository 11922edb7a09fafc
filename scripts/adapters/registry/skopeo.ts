/**
 * The Registry port by skopeo, which speaks the protocol of registries and finds a person's logins. Images are verified by
 * digest here, so no trust policy of the machine is asked (--insecure-policy).
 */

import { digestOfText } from '../../model/container/oci.ts';
import { AperiodicError, type ErrorCode } from '../../model/errors.ts';
import type { RegistryAddress } from '../../model/types.generated.ts';
import type { ContainerRelease, Registry } from '../../ports/registry.ts';
import type { RegistryLogin } from '../host/config.ts';
import { exec } from '../host/exec.ts';
import { joinLayouts } from './layout.ts';
import { withLogin } from './login.ts';

/** Seconds: an image of some hundred MiB over a slow line; a manifest. */
const limits = { copy: 3600, inspect: 120 } as const;
/** What distribution's registries say of what they do not have. */
const absent =
  /manifest unknown|name unknown|MANIFEST_UNKNOWN|NAME_UNKNOWN|not found: manifest|status code 404/i;
const refused = /unauthorized|authentication required|denied|status code 40[13]|invalid username\/password/i;

/**
 * @param given a login instead of the address's and of the user's own
 * @throws AperiodicError `invalid` for an address that would send images or logins in the clear over a network
 */
export function createRegistry(
  id: string,
  { uri, authFile }: RegistryAddress,
  given?: RegistryLogin,
): Registry {
  const { hostname, host, pathname, protocol } = new URL(uri);
  const isLoopback = /^(127(\.\d+){3}|localhost|\[::1\])$/.test(hostname);
  if (protocol === 'http:' && !isLoopback) {
    throw new AperiodicError(
      'invalid',
      `the address of registry '${id}' is http: that is for this machine only, write https:`,
    );
  }
  const login = (side: string) => [
    `--${side}tls-verify=${protocol === 'https:'}`,
    ...(authFile === undefined || given !== undefined ? [] : [`--${side}authfile=${authFile}`]),
  ];
  const base = `${host}${pathname.replace(/\/+$/, '')}`;
  const addressOf = (repository: string, reference: string) =>
    `docker://${base}/${repository}${reference.startsWith('sha256:') ? '@' : ':'}${reference}`;
  const call = async (
    args: readonly string[],
    timeoutSeconds: number,
    what: string,
    env: Record<string, string> = {},
  ) =>
    await exec('skopeo', ['--insecure-policy', ...args], {
      timeoutSeconds,
      failure: 'unreachable',
      what,
      env,
    });
  const run = async (args: readonly string[], timeoutSeconds: number, what: string) => {
    try {
      if (given === undefined) return await call(args, timeoutSeconds, what);
      return await withLogin(
        host,
        given,
        async (file) => await call(args, timeoutSeconds, what, { REGISTRY_AUTH_FILE: file }),
      );
    } catch (error) {
      throw translate(error, id);
    }
  };

  const resolve = async (repository: string, reference: string): Promise<string | undefined> => {
    const args = ['inspect', '--raw', '--retry-times=2', ...login(''), addressOf(repository, reference)];
    try {
      const what = `${repository} could not be read`;
      return digestOfText((await run(args, limits.inspect, what)).stdout);
    } catch (error) {
      if (error instanceof AperiodicError && error.code === 'not-found') return undefined;
      throw error;
    }
  };

  /** All images of an index, not the one for this machine, and none changed on the way. */
  const copy = async (from: readonly string[], repository: string, reference: string, digest: string) => {
    const args = [
      'copy',
      '--quiet',
      '--all',
      '--preserve-digests',
      '--retry-times=2',
      ...login('dest-'),
      ...from,
    ];
    await run([...args, addressOf(repository, reference)], limits.copy, `${repository} could not be pushed`);
    const found = await resolve(repository, reference);
    if (found === digest) return;
    throw new AperiodicError(
      'digest-mismatch',
      `the registry ${id} holds ${found ?? 'nothing'} as ${repository} ${reference}, not ${digest}: run it again`,
    );
  };

  return {
    id,
    nameOf: (repository) => `${base}/${repository}`,
    resolve,
    async push(repository: string, release: ContainerRelease, folder: string) {
      await joinLayouts(release, folder);
      await copy([`oci:${folder}:${release.version}`], repository, release.digest, release.digest);
    },
    async tag(repository, tag, digest) {
      await copy([...login('src-'), addressOf(repository, digest)], repository, tag, digest);
    },
  };
}

/** skopeo's words for what a registry said. Its messages hold addresses, and no logins. */
function translate(error: unknown, id: string): unknown {
  if (!(error instanceof AperiodicError) || error.code !== 'unreachable') return error;
  const detail = error.detail ?? '';
  const told = (code: ErrorCode, text: string) => new AperiodicError(code, text, { detail, cause: error });
  if (refused.test(detail)) {
    return told(
      'denied',
      `the registry ${id} does not let these credentials do it: see docs/configuration.md, registries`,
    );
  }
  if (absent.test(detail)) return told('not-found', `the registry ${id} does not have it`);
  return told('unreachable', `the registry ${id} did not take or give an image: ${error.message}`);
}
