/** The keys of one repository in a database of rpm's own, to check packages with. */
import { mkdir, mkdtemp } from 'node:fs/promises';
import path from 'node:path';
import { AperiodicError } from '../../model/errors.ts';
import type { Pin } from '../../model/types.generated.ts';
import { exec } from '../host/exec.ts';
import type { RpmSource } from './sources.ts';

export interface RpmKeys {
  /** @throws AperiodicError `invalid` for a package that none of the repository's keys signed */
  check(pin: Pin, file: string): Promise<void>;
}

/**
 * @param folder for the database; it must be on a local disk and is removed by the caller
 * @throws AperiodicError `invalid` for keys that rpm does not take
 */
export async function importKeys(source: RpmSource, folder: string): Promise<RpmKeys> {
  await mkdir(folder, { recursive: true });
  const home = await mkdtemp(path.join(folder, 'keys-'));
  // rpm of Debian keeps its database at home, and reads settings there.
  const env = { HOME: home };
  const database = ['--dbpath', path.join(home, 'db')];
  const about = `of repository '${source.repository}'`;
  await exec('rpmkeys', [...database, '--import', source.keyring], {
    env,
    failure: 'invalid',
    what: `rpm does not take the keyring ${source.keyring} ${about}`,
  });
  return {
    check: async ({ name, version }, file) => {
      // Level all: digests and a signature must be there, and right (rpmkeys(8)).
      const options = [
        '--define',
        '_pkgverify_level all',
        '--checksig',
        '--verbose',
        '--',
        path.resolve(file),
      ];
      const { exitCode, stdout, stderr } = await exec('rpmkeys', [...database, ...options], {
        env,
        accept: [0, 1],
      });
      if (exitCode === 0) return;
      throw new AperiodicError(
        'invalid',
        `package ${name} ${version} ${about} is not signed by the repository's keyring, so it is not used`,
        { detail: `${stdout}\n${stderr}`.replaceAll(file, name).trim().slice(0, 4000) },
      );
    },
  };
}
