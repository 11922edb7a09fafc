/** Who we are on GitHub and where, from the environment of a job. https://docs.github.com/en/actions/reference/variables-reference */
import { readFile, stat } from 'node:fs/promises';
import { AperiodicError } from '../../model/errors.ts';
import { assertValid } from '../../model/schema.ts';
import type { GithubEvent } from '../../model/types.generated.ts';
import type { Environment } from '../host/config-environment.ts';

export interface GithubRepository {
  owner: string;
  repo: string;
}

export interface GithubAccess extends GithubRepository {
  token: string;
  /** Without a slash at its end. */
  apiUrl: string;
}

const maxEventBytes = 32 * 1024 * 1024;

/**
 * From GITHUB_REPOSITORY, GITHUB_TOKEN and GITHUB_API_URL.
 * @throws AperiodicError `usage`, naming the variable and never its value
 */
export function readGithubAccess(env: Environment): GithubAccess {
  const token = env.GITHUB_TOKEN ?? '';
  if (!/^[\x21-\x7e]+$/.test(token))
    throw new AperiodicError('usage', 'GITHUB_TOKEN is not set: give the step a token in its env');
  return { ...readGithubRepository(env), token, apiUrl: readApiUrl(env.GITHUB_API_URL) };
}

function readGithubRepository(env: Environment): GithubRepository {
  const [, owner, repo] =
    /^([A-Za-z0-9_-]{1,100})\/([A-Za-z0-9._-]{1,100})$/.exec(env.GITHUB_REPOSITORY ?? '') ?? [];
  if (owner === undefined || repo === undefined || repo === '.' || repo === '..')
    throw new AperiodicError('usage', 'GITHUB_REPOSITORY is not set to OWNER/NAME');
  return { owner, repo };
}

/** A token is never sent in the clear, save to this machine. */
function readApiUrl(text: string | undefined): string {
  if (text === undefined || text === '') return 'https://api.github.com';
  const url = URL.canParse(text) ? new URL(text) : undefined;
  const local = url?.protocol === 'http:' && ['127.0.0.1', 'localhost', '[::1]'].includes(url.hostname);
  if (url === undefined || url.username !== '' || (url.protocol !== 'https:' && !local))
    throw new AperiodicError('usage', 'GITHUB_API_URL is not an https address');
  return text.replace(/\/+$/, '');
}

/** The event that started the job; undefined outside of one. @throws AperiodicError `invalid`, `not-found` */
export async function readGithubEvent(env: Environment): Promise<GithubEvent | undefined> {
  const file = env.GITHUB_EVENT_PATH ?? '';
  if (file === '') return undefined;
  try {
    if ((await stat(file)).size > maxEventBytes)
      throw new AperiodicError('invalid', `is larger than ${maxEventBytes} bytes`, { file });
    return assertValid('GithubEvent', JSON.parse(await readFile(file, 'utf8')), { file });
  } catch (error) {
    if (error instanceof AperiodicError) throw error;
    if (error instanceof SyntaxError) throw new AperiodicError('invalid', 'is not JSON', { file });
    throw new AperiodicError('not-found', 'GITHUB_EVENT_PATH cannot be read', { file, cause: error });
  }
}
