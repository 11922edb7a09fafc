/** An answer of the cloud that says no, with AWS's own error code. Renderers of the protocols give it its shape. */
export class CloudError extends Error {
  override readonly name = 'CloudError';
  readonly code: string;
  /** HTTP status when it is not the protocol's default for the code. */
  readonly status: number | undefined;
  /** EBS direct's machine-readable `Reason`. */
  readonly reason: string | undefined;

  constructor(code: string, message: string, extra: { status?: number; reason?: string } = {}) {
    super(message);
    this.code = code;
    this.status = extra.status;
    this.reason = extra.reason;
  }
}

/** A value that breaks a rule of EC2. Code and wording as the EC2 API has them. */
export function invalidParameter(message: string): CloudError {
  return new CloudError('InvalidParameterValue', message);
}

/** EBS direct's ValidationException with its `Reason`; list of reasons in the API reference of EBS direct. */
export function invalidRequest(reason: string, message: string): CloudError {
  return new CloudError('ValidationException', message, { reason });
}
