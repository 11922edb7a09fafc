/** A private state folder for apt: its own sources, lists and (empty) dpkg status; the machine's are not touched. */
import { createHash } from 'node:crypto';
import { access, mkdir, readFile, writeFile } from 'node:fs/promises';
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

/** apt has no way to quote these: what does not fit would end a string, or begin another setting or source. */
function assertPlain(value: string, pattern: RegExp, what: string, never?: RegExp): void {
  if (pattern.test(value) && never?.test(value) !== true) return;
  const shown = JSON.stringify(value.slice(0, 200));
  throw new AperiodicError('invalid', `apt cannot be given ${shown}: it holds ${what}`);
}

/** @throws AperiodicError `not-found` when a keyring is missing, `invalid` for a path or address that apt cannot be given */
export async function prepareAptState(
  cache: string,
  sources: readonly DebSource[],
  architecture: Architecture,
): Promise<AptState> {
  const folder = stateFolder(cache, sources, architecture);
  assertPlain(folder, /^[^"\\\p{Cc}]+$/u, 'a quotation mark, a backslash or a control character');
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
    assertPlain(uri, /^[!-~]+$/, 'spaces, brackets, commas or characters that are not ASCII', /[[\]]/);
    assertPlain(keyring, /^[!-~]+$/, 'spaces, brackets, commas or characters that are not ASCII', /[[\],]/);
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
  await writeChanged(path.join(folder, 'sources.list'), `${lines.join('\n')}\n`);
  await writeChanged(path.join(folder, 'status'), '');
  await writeChanged(path.join(folder, 'apt.conf'), configuration(folder, architecture));
  return { folder, env: { APT_CONFIG: path.join(folder, 'apt.conf') } };
}

/** Left alone when it is right: apt builds its cache anew when its sources or dpkg's status are younger. */
async function writeChanged(file: string, content: string): Promise<void> {
  if ((await readFile(file, 'utf8').catch(() => undefined)) !== content) await writeFile(file, content);
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

const distrusted = /is not signed|NO_PUBKEY|BADSIG|EXPKEYSIG|REVKEYSIG|signatures? (?:couldn't be|were) /;

/**
 * Refreshes the package lists, signatures checked against the keyrings.
 * @throws AperiodicError `invalid` when a repository is not signed by its keyring; `unreachable` with apt's words else: a
 *   server that is away, an expired Release file
 */
export async function updateAptState(state: AptState): Promise<void> {
  try {
    await exec('apt-get', ['-q', '-o', 'APT::Update::Error-Mode=any', 'update'], {
      env: state.env,
      failure: 'unreachable',
      what: 'the package lists could not be refreshed',
    });
  } catch (error) {
    if (!(error instanceof AperiodicError) || !distrusted.test(error.detail ?? '')) throw error;
    throw new AperiodicError(
      'invalid',
      'a package repository is not signed by its keyring, so nothing of it is used: check its address and keyring',
      { detail: error.detail, cause: error },
    );
  }
}
