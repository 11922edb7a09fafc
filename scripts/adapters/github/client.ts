/**
 * Calls to GitHub's REST API, tried again in one place. Every call may be repeated but those that create what people see
 * (comments, check runs): where nobody knows whether such a call was carried out, who makes it has to look first.
 */
import { RequestError } from '@octokit/request-error';
import { Octokit } from '@octokit/rest';
import type { Clock } from '../../ports.ts';
import type { GithubAccess } from './context.ts';
import { classify, translate } from './errors.ts';

export type GithubClient = Pick<Octokit, 'request' | 'paginate'>;

export interface ClientOptions extends Pick<GithubAccess, 'token' | 'apiUrl'> {
  clock: Clock;
  /** Instead of the runner's, in tests. */
  fetch?: typeof fetch;
}

const minute = 60_000;
/** How long a call is tried again for. The longest wait that GitHub asks for is until the next hour. */
const patience = { busy: 15 * minute, unreachable: 3 * minute } as const;
const callTimeout = 30_000;
const longestPause = 20_000;

const silent = { debug: () => {}, info: () => {}, warn: () => {}, error: () => {} };

/** As the runner reaches GitHub: by its proxy, where the environment names one. Loaded late: it reads the event. */
const fetchAsRunner: typeof fetch = async (input, init) => {
  const { defaults } = await import('@actions/github/lib/utils');
  const byProxy: typeof fetch = defaults.request?.fetch;
  return await byProxy(input, init);
};

export function createGithubClient({
  token,
  apiUrl,
  clock,
  fetch = fetchAsRunner,
}: ClientOptions): GithubClient {
  const octokit = new Octokit({
    auth: token,
    baseUrl: apiUrl,
    userAgent: 'aperiodic',
    log: silent,
    request: { fetch },
  });
  octokit.hook.wrap('request', async (request, options) => {
    const started = clock.now().getTime();
    for (let attempt = 0; ; attempt++) {
      try {
        return await request({
          ...options,
          headers: { ...options.headers, 'x-github-api-version': '2022-11-28' },
          request: { ...options.request, signal: AbortSignal.timeout(callTimeout) },
        });
      } catch (error) {
        const pause = pauseAfter(error, attempt, clock.now().getTime());
        const meaning = classify(error);
        const allowed =
          meaning === 'busy' || (meaning === 'unreachable' && mayRepeat(options.method, options.url))
            ? patience[meaning]
            : 0;
        if (clock.now().getTime() + pause - started > allowed) throw error;
        await clock.sleep(pause);
      }
    }
  });
  return octokit;
}

/** Objects of git that are made twice are the same objects. */
function mayRepeat(method: string, url: string): boolean {
  return method !== 'POST' || url.includes('/git/');
}

/** Milliseconds: what GitHub asks for, else doubling with jitter. */
function pauseAfter(error: unknown, attempt: number, now: number): number {
  const headers = error instanceof RequestError ? (error.response?.headers ?? {}) : {};
  const after = Number(headers['retry-after']);
  if (after > 0) return after * 1000;
  const reset = Number(headers['x-ratelimit-reset']);
  if (headers['x-ratelimit-remaining'] === '0' && reset > 0) return Math.max(1000, reset * 1000 - now);
  const most = Math.min(longestPause, 500 * 2 ** Math.min(attempt, 10));
  return Math.round(most * (0.5 + Math.random() / 2));
}

/** Runs calls and turns what goes wrong into our errors. */
export async function calling<T>(what: string, run: () => Promise<T>): Promise<T> {
  try {
    return await run();
  } catch (error) {
    throw translate(error, what);
  }
}
