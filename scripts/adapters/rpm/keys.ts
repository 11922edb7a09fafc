/** The keys of one repository in a database of rpm's own, to check packages with. */
import { mkdir, mkdtemp, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { AperiodicError } from '../../model/errors.ts';
import type { Pin } from '../../model/types.generated.ts';
import type { Builder } from '../../ports.ts';
import { runTool } from '../builder-image/run-tool.ts';
import type { RpmSource } from './sources.ts';

export interface RpmKeys {
  /** @throws AperiodicError `invalid` for a package that none of the repository's keys signed */
  check(pin: Pin, file: string): Promise<void>;
}

/**
 * @param folder for the database; it must be on a local disk and is removed by the caller
 * @param builder whose rpm it is; default that of this machine
 * @throws AperiodicError `invalid` for keys that rpm does not take
 */
export async function importKeys(source: RpmSource, folder: string, builder?: Builder): Promise<RpmKeys> {
  await mkdir(folder, { recursive: true });
  const home = await mkdtemp(path.join(folder, 'keys-'));
  // rpm of Debian keeps its database at home, and reads settings there.
  const env = { HOME: home };
  const database = ['--dbpath', path.join(home, 'db')];
  const about = `of repository '${source.repository}'`;
  const keys = path.join(home, 'keys.asc');
  await writeFile(keys, source.keys, 'latin1');
  await runTool(
    builder,
    'rpmkeys',
    [...database, '--import', keys],
    { env, failure: 'invalid', what: `rpm does not take the keyring ${source.keyring} ${about}` },
    { writable: [home] },
  );
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
      const access = { readable: [path.dirname(path.resolve(file))], writable: [home] };
      const check = { env, accept: [0, 1] };
      const args = [...database, ...options];
      const { exitCode, stdout, stderr } = await runTool(builder, 'rpmkeys', args, check, access);
      if (exitCode === 0) return;
      throw new AperiodicError(
        'invalid',
        `package ${name} ${version} ${about} is not signed by the repository's keyring, so it is not used`,
        { detail: `${stdout}\n${stderr}`.replaceAll(file, name).trim().slice(0, 4000) },
      );
    },
  };
}
