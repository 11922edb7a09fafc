/** The one error type. Only scripts/cli turns it into an exit code, an annotation or JSON. */

/** Every way a run can end badly that a person can act on. Closed: a new code is a decision. */
export type ErrorCode =
  | 'usage' // the command line is wrong
  | 'invalid' // a file of the repository breaks a rule
  | 'unsupported' // the kickstart asks for what cannot be honoured
  | 'not-found' // something named does not exist
  | 'conflict' // what is there contradicts what is asked for
  | 'unsolvable' // the distribution's solver found no answer
  | 'pin-gone' // a pinned package is nowhere to be had
  | 'digest-mismatch' // bytes are not what was recorded
  | 'script-failed' // a %post script ended with an error
  | 'build-failed' // a tool that makes the image failed
  | 'qa-failed' // the image was tested and is bad
  | 'host-failed' // this machine failed while it tested an image, which says nothing of the image
  | 'unreachable' // a server or a remote could not be reached
  | 'denied' // the cloud does not let these credentials or this account do it
  | 'quota' // the cloud's account has no room for more
  | 'disk-full'
  | 'missing-tool' // a program of the host is not installed
  | 'interrupted'
  | 'internal'; // a bug in Aperiodic

export interface ErrorDetails {
  /** Path from the root of the repository, or absolute when outside. */
  file?: string | undefined;
  /** Counted from 1. */
  line?: number | undefined;
  /** Longer material for people: the end of a log, a solver's explanation. */
  detail?: string | undefined;
  cause?: unknown;
}

export class AperiodicError extends Error {
  override readonly name = 'AperiodicError';
  readonly code: ErrorCode;
  readonly file: string | undefined;
  readonly line: number | undefined;
  readonly detail: string | undefined;

  /** @param message says what is wrong and what to do, without file and line: those are `details`. */
  constructor(code: ErrorCode, message: string, details: ErrorDetails = {}) {
    super(message, details.cause === undefined ? undefined : { cause: details.cause });
    this.code = code;
    this.file = details.file;
    this.line = details.line;
    this.detail = details.detail;
  }

  /** `file:line: message`, as compilers print it. */
  get located(): string {
    if (this.file === undefined) return this.message;
    return `${this.file}:${this.line === undefined ? '' : `${this.line}:`} ${this.message}`;
  }
}

/** The error itself when it is ours, else one of code `internal` that wraps it. */
export function toAperiodicError(error: unknown): AperiodicError {
  if (error instanceof AperiodicError) return error;
  const message = error instanceof Error ? error.message : String(error);
  return new AperiodicError('internal', message, { cause: error });
}
