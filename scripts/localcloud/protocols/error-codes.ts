import type { AuthProblem } from '../auth-error.ts';

/** The wire protocols of the services we speak. */
export type Protocol = 'ec2' | 'sts' | 'json' | 'rest';

interface ErrorCode {
  code: string;
  status: number;
}

const of = (code: string, status: number): ErrorCode => ({ code, status });

/**
 * One cause, a code for each protocol. Sources: EC2 API Reference, "Error codes for the Amazon EC2 API" (AuthFailure,
 * RequestExpired, UnauthorizedOperation, RequestLimitExceeded, InvalidAction); the "Common Errors" page of the API
 * references of STS, Systems Manager, Service Quotas and EBS direct.
 */
export const ERROR_CODES: Record<
  Protocol,
  Record<AuthProblem | 'denied' | 'throttle' | 'unavailable' | 'unknown-call' | 'internal', ErrorCode>
> = {
  ec2: {
    missing: of('MissingAuthenticationToken', 403),
    incomplete: of('IncompleteSignature', 400),
    unknown: of('AuthFailure', 401),
    mismatch: of('SignatureDoesNotMatch', 403),
    stale: of('RequestExpired', 400),
    expired: of('RequestExpired', 400),
    region: of('AuthFailure', 401),
    denied: of('UnauthorizedOperation', 403),
    throttle: of('RequestLimitExceeded', 503),
    unavailable: of('Unavailable', 503),
    'unknown-call': of('InvalidAction', 400),
    internal: of('InternalError', 500),
  },
  sts: {
    missing: of('MissingAuthenticationToken', 403),
    incomplete: of('IncompleteSignature', 400),
    unknown: of('InvalidClientTokenId', 403),
    mismatch: of('SignatureDoesNotMatch', 403),
    stale: of('SignatureDoesNotMatch', 403),
    expired: of('ExpiredToken', 403),
    region: of('SignatureDoesNotMatch', 403),
    denied: of('AccessDenied', 403),
    throttle: of('Throttling', 400),
    unavailable: of('ServiceUnavailable', 503),
    'unknown-call': of('InvalidAction', 400),
    internal: of('InternalFailure', 500),
  },
  json: {
    missing: of('MissingAuthenticationTokenException', 400),
    incomplete: of('IncompleteSignatureException', 400),
    unknown: of('UnrecognizedClientException', 400),
    mismatch: of('InvalidSignatureException', 400),
    stale: of('InvalidSignatureException', 400),
    expired: of('ExpiredTokenException', 400),
    region: of('InvalidSignatureException', 400),
    denied: of('AccessDeniedException', 400),
    throttle: of('ThrottlingException', 400),
    unavailable: of('ServiceUnavailableException', 503),
    'unknown-call': of('UnknownOperationException', 400),
    internal: of('InternalServerError', 500),
  },
  rest: {
    missing: of('MissingAuthenticationTokenException', 403),
    incomplete: of('IncompleteSignatureException', 403),
    unknown: of('UnrecognizedClientException', 403),
    mismatch: of('InvalidSignatureException', 403),
    stale: of('InvalidSignatureException', 403),
    expired: of('ExpiredTokenException', 403),
    region: of('InvalidSignatureException', 403),
    denied: of('AccessDeniedException', 403),
    throttle: of('RequestThrottledException', 400),
    unavailable: of('ServiceUnavailableException', 503),
    'unknown-call': of('UnknownOperationException', 404),
    internal: of('InternalServerException', 500),
  },
};

/** Statuses of codes that are not 400. Sources: as above; EBS direct API Reference, "Errors" of each call. */
export const STATUS_OF_CODE: ReadonlyMap<string, number> = new Map([
  ['AuthFailure', 401],
  ['UnauthorizedOperation', 403],
  ['DryRunOperation', 412],
  ['AccessDeniedException', 403],
  ['ResourceNotFoundException', 404],
  ['ServiceQuotaExceededException', 402],
  ['ConflictException', 409],
]);
