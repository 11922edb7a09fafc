/** Why a caller is not believed, before the protocol gives it a code. */
export type AuthProblem =
  | 'missing' // no Authorization header
  | 'incomplete' // one that cannot be read
  | 'unknown' // no such access key, or not in this region
  | 'mismatch' // the signature is wrong
  | 'stale' // signed too long ago, or in the future
  | 'expired' // the credentials have run out
  | 'region'; // no such region

export class AuthError extends Error {
  override readonly name = 'AuthError';
  readonly problem: AuthProblem;

  constructor(problem: AuthProblem, message: string) {
    super(message);
    this.problem = problem;
  }
}
