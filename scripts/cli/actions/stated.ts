/** Carries out `aperiodic stated` and `aperiodic compare-raw`. Write nothing but the file that they are told to. */
import { setTimeout as sleep } from 'node:timers/promises';
import { resolveCommit } from '../../adapters/git/compare.ts';
import { createGit } from '../../adapters/git/git.ts';
import { checkName } from '../../adapters/github/check-run.ts';
import { createGithubClient } from '../../adapters/github/client.ts';
import { readGithubAccess } from '../../adapters/github/context.ts';
import { readStatements } from '../../adapters/github/stated.ts';
import { writeFileAtomic } from '../../adapters/host/files.ts';
import { AperiodicError } from '../../model/errors.ts';
import { assertValid } from '../../model/schema.ts';
import { compareRaw } from '../../model/stated.ts';
import type { Statement } from '../../model/types.generated.ts';
import type { Context, Outcome } from '../command.ts';
import { readJsonFile } from '../read-value.ts';

/** How many commits of main are looked at, records not counted: what is due came with one of the last. */
const lookBack = 30;
const looked = ['kickstarts', 'releases', ':(exclude,glob)releases/**/*.published.yaml'];
const clock = { now: () => new Date(), sleep: async (ms: number) => await sleep(ms) };

export async function runStated(context: Context): Promise<Outcome> {
  const { token, apiUrl, ...repository } = readGithubAccess(context.env);
  const client = createGithubClient({ token, apiUrl, clock });
  const app = context.given.text('app') ?? 'github-actions';
  const statements: Statement[] = [];
  for (const commit of await listCommits(context.root()))
    statements.push(...(await readStatements(client, repository, { commit, app, checkName })));
  const value = assertValid('Stated', { statements });
  const file = context.given.text('output');
  if (file !== undefined) await writeFileAtomic(file, `${JSON.stringify(value, null, 1)}\n`);
  const count = `${statements.length} images are stated by pull requests`;
  return {
    json: value,
    text: file === undefined ? JSON.stringify(value, null, 1) : `${count}: wrote ${file}`,
  };
}

async function listCommits(root: string): Promise<string[]> {
  const git = createGit(root);
  const head = await resolveCommit(git, 'HEAD');
  const limits = ['--first-parent', `--max-count=${lookBack}`, '--format=%H'];
  const { stdout } = await git(['log', ...limits, head, '--', ...looked]);
  return stdout.split('\n').filter((line) => line !== '');
}

export async function runCompareRaw(context: Context): Promise<Outcome> {
  const { given, log } = context;
  const stated = given.text('stated');
  if (stated === undefined) throw new AperiodicError('usage', 'say what was stated: --stated FILE');
  const built = assertValid('Built', await readJsonFile(given.argument('built')));
  const result = compareRaw(built, assertValid('Stated', await readJsonFile(stated)));
  if (result.verdict !== 'same') log.warn(result.message);
  return { json: result, text: result.message };
}
