/** What an answer of GitHub means, and our errors for it. */
import { RequestError } from '@octokit/request-error';
import { AperiodicError, type ErrorCode } from '../../model/errors.ts';

export type Meaning =
  /** Too many calls: nothing was done, and the answer may say when to come back. */
  | 'busy'
  /** No answer, or one of a server that failed: it may have been done. */
  | 'unreachable'
  | 'denied'
  | 'not-found'
  /** The branch moved on. */
  | 'late'
  | 'refused'
  | 'unknown';

/** https://docs.github.com/en/rest/using-the-rest-api/rate-limits-for-the-rest-api#exceeding-the-rate-limit */
export function classify(error: unknown): Meaning {
  if (!(error instanceof RequestError)) return 'unknown';
  const { status, response } = error;
  const words = wordsOf(error);
  if (response === undefined || status >= 500) return 'unreachable';
  if (status === 429 || (status === 403 && isRateLimit(error, words))) return 'busy';
  if (status === 401 || status === 403) return 'denied';
  if (status === 404) return 'not-found';
  if (status === 409 || (status === 422 && /not a fast.forward/i.test(words))) return 'late';
  return status >= 400 ? 'refused' : 'unknown';
}

function isRateLimit({ response }: RequestError, words: string): boolean {
  const headers = response?.headers;
  return (
    headers?.['retry-after'] !== undefined ||
    headers?.['x-ratelimit-remaining'] === '0' ||
    /rate limit/i.test(words)
  );
}

const codes: Record<Meaning, ErrorCode> = {
  busy: 'unreachable',
  unreachable: 'unreachable',
  denied: 'denied',
  'not-found': 'not-found',
  late: 'conflict',
  refused: 'conflict',
  unknown: 'internal',
};

const advice: Record<Meaning, string> = {
  busy: 'its limits of calls are used up: run again later',
  unreachable: 'it cannot be reached or failed: run again later',
  denied: 'the token may not do this: see docs/architecture.md for what each job needs',
  'not-found': 'it is not there, or the token may not see it',
  late: 'somebody else was faster: run again',
  refused: 'GitHub refused it',
  unknown: 'it failed',
};

/** @param what was being done: `commit to main` */
export function translate(error: unknown, what: string): AperiodicError {
  if (error instanceof AperiodicError) return error;
  const meaning = classify(error);
  const status = error instanceof RequestError && error.response !== undefined ? ` (${error.status})` : '';
  const words = error instanceof RequestError ? wordsOf(error) : String(error);
  return new AperiodicError(codes[meaning], `GitHub: ${what}: ${advice[meaning]}${status}: ${words}`);
}

/** GitHub's own words, on one line. A RequestError's message holds addresses, so the body is asked first. */
function wordsOf({ response, message }: RequestError): string {
  const data: unknown = response?.data;
  const said =
    typeof data === 'object' && data !== null && 'message' in data && typeof data.message === 'string'
      ? data.message
      : message;
  return said
    .replace(/[\p{Cc}\p{Cf}]+/gu, ' ')
    .replace(/\/\/[^/@\s]*@/g, '//***@')
    .slice(0, 300);
}
