/**
 * What an error of the SDK means. Codes: "Error codes for the Amazon EC2 API", the "Errors" of each call of EBS direct,
 * Systems Manager, Service Quotas and STS, and their common errors.
 */

export type Meaning =
  | 'busy' // throttled, or the service is unwell: again later
  | 'unreachable' // no answer: again, since calls may be repeated
  | 'missing' // what the call names is not there, or not there yet
  | 'taken' // there already, or in a state that does not allow it
  | 'expired'
  | 'unknown-caller'
  | 'denied'
  | 'blocked' // a setting of the account forbids it
  | 'quota'
  | 'wrong'; // the request is not valid

export interface Failure {
  meaning: Meaning;
  /** AWS's own code, or that of the connection. */
  code: string;
  message: string;
}

const codes: Record<string, Meaning> = {
  ...spread('busy', [
    'RequestLimitExceeded',
    'Throttling',
    'ThrottlingException',
    'ThrottledException',
    'RequestThrottled',
    'RequestThrottledException',
    'TooManyRequestsException',
    'TooManyUpdates',
    'SlowDown',
    'ConcurrentLimitExceeded',
    'ConcurrentLimitExceededException',
    'ConcurrentSnapshotLimitExceeded',
    'Unavailable',
    'ServiceUnavailable',
    'ServiceUnavailableException',
    'InternalError',
    'InternalFailure',
    'InternalServerError',
    'InternalServerException',
    'ServiceException',
    'PriorRequestNotComplete',
  ]),
  ...spread('missing', [
    'InvalidAMIID.NotFound',
    'InvalidSnapshot.NotFound',
    'ParameterNotFound',
    'NoSuchResourceException',
    'ResourceNotFoundException',
  ]),
  ...spread('taken', [
    'InvalidAMIName.Duplicate',
    'InvalidSnapshot.InUse',
    'InvalidAMIID.Unavailable',
    'IncorrectState',
    'ConflictException',
    'IdempotentParameterMismatch',
    'ParameterAlreadyExists',
  ]),
  ...spread('expired', ['ExpiredToken', 'ExpiredTokenException', 'RequestExpired']),
  ...spread('unknown-caller', [
    'AuthFailure',
    'InvalidClientTokenId',
    'InvalidAccessKeyId',
    'SignatureDoesNotMatch',
    'InvalidSignatureException',
    'UnrecognizedClientException',
    'MissingAuthenticationToken',
    'MissingAuthenticationTokenException',
    'IncompleteSignature',
    'CredentialsProviderError',
    'OptInRequired',
  ]),
  ...spread('denied', ['UnauthorizedOperation', 'AccessDenied', 'AccessDeniedException']),
  ...spread('blocked', ['OperationNotPermitted']),
  ...spread('quota', [
    'ResourceLimitExceeded',
    'SnapshotLimitExceeded',
    'ServiceQuotaExceededException',
    'ParameterLimitExceeded',
    'TagLimitExceeded',
  ]),
};

function spread(meaning: Meaning, names: readonly string[]): Record<string, Meaning> {
  return Object.fromEntries(names.map((name) => [name, meaning]));
}

/** Codes of Node and of the SDK's handler when no whole answer came. */
const lostCodes =
  /^(ECONN|EPIPE|ETIMEDOUT|ENOTFOUND|EAI_AGAIN|EHOSTUNREACH|ENETUNREACH|ERR_STREAM_PREMATURE_CLOSE|TimeoutError$|AbortError$|NetworkError)/;

export function classify(error: unknown): Failure {
  const code = codeOf(error);
  const message = messageOf(error);
  return { code, message, meaning: meaningOf(error, code, message) };
}

function meaningOf(error: unknown, code: string, message: string): Meaning {
  // The limit of copies at a time has the code of a quota, but passes.
  if (code === 'ResourceLimitExceeded' && /in progress/i.test(message)) return 'busy';
  // EBS direct says by its reason that a snapshot takes no blocks: it is sealed, or not in a state to be read.
  if (code === 'ValidationException' && reasonOf(error) === 'INVALID_SNAPSHOT_ID') return 'taken';
  if (code === 'AccessDeniedException' && reasonOf(error) === 'DEPENDENCY_ACCESS_DENIED') return 'denied';
  if (Object.hasOwn(codes, code)) return codes[code] ?? 'wrong';
  if (lostCodes.test(code) || /socket hang up|premature close/i.test(message)) return 'unreachable';
  const status = statusOf(error);
  if (status !== undefined && status >= 500) return 'busy';
  return status === undefined && code === 'Error' ? 'unreachable' : 'wrong';
}

function codeOf(error: unknown): string {
  const code = field(error, 'code');
  const name = field(error, 'name');
  if (typeof code === 'string' && (name === 'Error' || lostCodes.test(code))) return code;
  return typeof name === 'string' ? name : 'Error';
}

/** At most 500 characters, without access keys. */
function messageOf(error: unknown): string {
  // String() throws for objects that cannot be turned into text.
  const given = typeof error === 'string' ? error : field(error, 'message');
  const message = typeof given === 'string' ? given : 'an error without a message';
  return message.replaceAll(/\b(AKIA|ASIA)[A-Z0-9]{12,}\b/g, '***').slice(0, 500);
}

function reasonOf(error: unknown): unknown {
  return field(error, 'Reason');
}

function statusOf(error: unknown): number | undefined {
  const status = field(field(error, '$metadata'), 'httpStatusCode');
  return typeof status === 'number' ? status : undefined;
}

function field(value: unknown, name: string): unknown {
  return typeof value === 'object' && value !== null ? Reflect.get(value, name) : undefined;
}
