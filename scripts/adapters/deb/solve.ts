/** Asks apt's own solver what a request needs, down to the last dependency. */
import { AperiodicError } from '../../model/errors.ts';
import type { PackageRequest, Pin } from '../../model/types.generated.ts';
import { exec } from '../host/exec.ts';
import type { AptState } from './apt-state.ts';
import { nameSources } from './source-names.ts';
import type { DebSource } from './sources.ts';

/**
 * What is installed beside the packages asked for: what dpkg cannot do without, apt, and with the distribution's
 * default base also everything of priority required and important, as debootstrap does. apt patterns, apt-patterns(7).
 */
function basePackages(request: PackageRequest): string[] {
  return request.core
    ? ['?essential', '?priority(required)', '?priority(important)', 'apt']
    : ['?essential', 'apt'];
}

/**
 * @returns pins sorted by name and architecture
 * @throws AperiodicError `not-found` for a package that no repository has, `unsolvable` with apt's explanation
 */
export async function solveDebs(
  state: AptState,
  sources: readonly DebSource[],
  request: PackageRequest,
): Promise<Pin[]> {
  const wanted = [
    ...basePackages(request),
    ...request.packages,
    ...request.excluded.map((name) => `${name}-`),
  ];
  const weak = request.weakDependencies ? '--install-recommends' : '--no-install-recommends';
  const options = [
    '-qq',
    '-y',
    '--print-uris',
    '-o',
    'Acquire::ForceHash=SHA256',
    weak,
    'install',
    '--',
    ...wanted,
  ];
  const result = await exec('apt-get', options, { env: state.env, accept: [0, 100] });
  if (result.exitCode !== 0) throw explain(result.stderr, `${result.stdout}\n${result.stderr}`);
  const pins = result.stdout
    .split('\n')
    .filter((line) => line.startsWith("'"))
    .map((line) => parseUriLine(line, sources));
  const named = await nameSources(state, pins);
  return named.sort((a, b) => compare(a.name, b.name) || compare(a.architecture, b.architecture));
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

function explain(stderr: string, detail: string): AperiodicError {
  const missing = [...stderr.matchAll(/^E: (?:Unable to locate package|Package '?)\s?([^\s']+)/gm)].map(
    (match) => match[1] ?? '',
  );
  if (missing.length > 0) {
    return new AperiodicError(
      'not-found',
      `no repository of the stream has the package ${missing.join(', ')}`,
      { detail: detail.trim() },
    );
  }
  return new AperiodicError('unsolvable', 'apt found no set of packages that satisfies the kickstart', {
    detail: detail.trim(),
  });
}

/**
 * One line of `apt-get --print-uris`: `'URI' FILE SIZE SHA256:HEX`, where FILE is name_version_architecture.deb with
 * the colon of an epoch written %3a (apt's QuoteString).
 */
export function parseUriLine(line: string, sources: readonly DebSource[]): Pin {
  const refuse = (cause?: unknown) =>
    new AperiodicError('internal', `apt answered with a line that is not understood: ${line.slice(0, 200)}`, {
      cause,
    });
  const match = /^'([^']+)' (\S+)_(\S+)_([^\s_]+)\.deb (\d+) SHA256:([0-9a-f]{64})$/.exec(line.trim());
  if (match === null) throw refuse();
  const decode = (text: string) => {
    try {
      return decodeURIComponent(text);
    } catch (error) {
      throw refuse(error);
    }
  };
  const [, uri = '', name = '', version = '', architecture = '', size = '', sha256 = ''] = match;
  const source = longestPrefix(uri, sources);
  return {
    name: decode(name),
    version: decode(version),
    architecture,
    size: Number(size),
    sha256,
    repository: source.repository.id,
    path: decode(uri.slice(source.uri.length).replace(/^\/+/, '')),
  };
}

function longestPrefix(uri: string, sources: readonly DebSource[]): DebSource {
  const found = sources
    .filter((source) => uri.startsWith(`${source.uri}/`))
    .sort((a, b) => b.uri.length - a.uri.length)[0];
  if (found === undefined)
    throw new AperiodicError('internal', `apt named an address of no repository: ${uri.slice(0, 200)}`);
  return found;
}
