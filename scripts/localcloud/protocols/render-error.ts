import type { CloudError } from '../errors.ts';
import type { Answer } from '../prepare.ts';
import { type Protocol, STATUS_OF_CODE } from './error-codes.ts';
import { renderEc2Error, renderStsError } from './xml.ts';

/** An error in the shape its protocol has. Source: Smithy, "error serialization" of each protocol. */
export function renderError(protocol: Protocol, error: CloudError, requestId: string): Answer {
  const status = error.status ?? (protocol === 'json' ? 400 : (STATUS_OF_CODE.get(error.code) ?? 400));
  if (protocol === 'ec2' || protocol === 'sts') {
    const render = protocol === 'ec2' ? renderEc2Error : renderStsError;
    return {
      status,
      headers: { 'content-type': 'text/xml;charset=UTF-8' },
      body: render(error.code, error.message, requestId),
    };
  }
  const type = protocol === 'json' ? 'application/x-amz-json-1.1' : 'application/json';
  const body =
    protocol === 'json'
      ? { __type: error.code, message: error.message }
      : { Message: error.message, ...(error.reason === undefined ? {} : { Reason: error.reason }) };
  return {
    status,
    headers: { 'content-type': type, 'x-amzn-ErrorType': error.code },
    body: JSON.stringify(body),
  };
}
