/** A repository of releases for one test: its own clone, work folder and mirror; the store is shared between runs. */
import { cp, mkdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { generateSigningKey } from '../../scripts/adapters/openpgp/generate.ts';
import { type CliOptions, type CliResult, runCli } from './cli.ts';
import { commitFiles, git } from './git.ts';
import { miniKickstart, miniStream, renderMiniKickstart, renderMiniStream } from './mini-stream.ts';
import { snapshot } from './snapshot.ts';

const checkout = fileURLToPath(new URL('../..', import.meta.url));

export interface FixtureRepository {
  /** The clone. */
  root: string;
  work: string;
  mirror: string;
  /** Runs our command line in the clone. */
  cli(args: readonly string[], options?: CliOptions): Promise<CliResult>;
  /** Writes files into the clone, without committing them. */
  write(files: Record<string, string>): Promise<void>;
  commit(files?: Record<string, string>): Promise<void>;
  /** What a failed command must leave as it was: the clone with its .git, the mirror. */
  state(): Promise<string[]>;
}

/** @param folder gets `clone`, `work`, `mirror` and, unless told otherwise, is empty before */
export async function createFixtureRepository(
  folder: string,
  store = path.join(checkout, '.aperiodic/test-store'),
): Promise<FixtureRepository> {
  const [root, work, mirror] = ['clone', 'work', 'mirror'].map((name) => path.join(folder, name)) as [
    string,
    string,
    string,
  ];
  for (const name of [root, mirror, store]) await mkdir(name, { recursive: true });
  await git(root, 'init', '-q', '-b', 'main', '.');
  for (const name of ['targets.yaml', 'repositories.yaml'])
    await cp(path.join(checkout, 'releases', name), path.join(root, 'releases', name));
  await cp(path.join(checkout, 'kickstarts'), path.join(root, 'kickstarts'), { recursive: true });
  const { privateKey, publicKey } = await generateSigningKey('A key of tests, do not trust', new Date());
  const env = {
    APERIODIC_STORE: store,
    APERIODIC_WORK: work,
    APERIODIC_MIRROR_PRIMARY: mirror,
    APERIODIC_SIGNING_KEY: privateKey,
  };
  const write = async (files: Record<string, string>) => {
    for (const [name, content] of Object.entries(files)) {
      await mkdir(path.dirname(path.join(root, name)), { recursive: true });
      await writeFile(path.join(root, name), content);
    }
  };
  const repository: FixtureRepository = {
    root,
    work,
    mirror,
    cli: (args, options = {}) => runCli(args, { cwd: root, ...options, env: { ...env, ...options.env } }),
    write,
    commit: async (files = {}) => {
      await commitFiles(root, files, 'Change');
    },
    state: async () => {
      // Reading git's state may refresh its index file.
      const lines = (await snapshot(root)).filter((line) => !/^\.git\/(index )|^\.git\/ /.test(line));
      return [...lines, ...(await snapshot(mirror)).map((line) => `mirror/${line}`)];
    },
  };
  await repository.commit({
    'releases/keys/tests.asc': publicKey,
    [miniKickstart]: renderMiniKickstart(),
    [`releases/${miniStream}/stream.yaml`]: renderMiniStream(),
  });
  return repository;
}
