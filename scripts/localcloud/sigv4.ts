import { createHash, createHmac, timingSafeEqual } from 'node:crypto';
import type { IncomingHttpHeaders } from 'node:http';
import { SignatureV4 } from '@smithy/signature-v4';
import { AuthError } from './auth-error.ts';
import type { Identity } from './identities.ts';

/** What the Authorization header says, before anything is believed. */
export interface Claim {
  accessKeyId: string;
  /** YYYYMMDD. */
  day: string;
  region: string;
  service: string;
  signedHeaders: readonly string[];
  signature: string;
}

export interface SignedRequest {
  method: string;
  /** As it was sent, with the query. */
  url: string;
  headers: IncomingHttpHeaders;
  body: Uint8Array;
  bodyDigest(): string;
}

/** Signatures are good for this long, by the machine's clock: clients sign with theirs. Source: EC2 common errors. */
const TOLERANCE = 15 * 60_000;

const CLAIM =
  /^AWS4-HMAC-SHA256 Credential=([\w+=.@/-]{1,128}?)\/(\d{8})\/([a-z0-9-]{1,64})\/([a-z0-9-]{1,64})\/aws4_request, ?SignedHeaders=([a-z0-9;._-]{1,2048}), ?Signature=([0-9a-f]{64})$/;

/** @throws AuthError missing or incomplete */
export function readClaim(headers: IncomingHttpHeaders): Claim {
  const header = headers.authorization;
  if (header === undefined) throw new AuthError('missing', 'Request is missing Authentication Token');
  const [, accessKeyId, day, region, service, signed, signature] = CLAIM.exec(header) ?? [];
  if (!accessKeyId || !day || !region || !service || !signed || !signature) {
    throw new AuthError('incomplete', 'The Authorization header is not one of AWS4-HMAC-SHA256');
  }
  return { accessKeyId, day, region, service, signedHeaders: signed.split(';'), signature };
}

/**
 * Signs the request again with the identity's secret and compares. Source: IAM User Guide, "AWS Signature Version 4 for
 * API requests"; the signing itself is the SDK's.
 * @param now milliseconds, the machine's time
 * @throws AuthError
 */
export async function verifySignature(
  claim: Claim,
  request: SignedRequest,
  identity: Identity,
  now: number,
): Promise<void> {
  const date = signingDate(request.headers);
  if (!date.text.startsWith(claim.day))
    throw new AuthError('mismatch', 'Date in Credential scope does not match');
  if (Math.abs(now - date.time.getTime()) > TOLERANCE) throw new AuthError('stale', 'Signature expired');
  for (const needed of ['host', 'x-amz-date']) {
    if (!claim.signedHeaders.includes(needed))
      throw new AuthError('mismatch', `The header ${needed} must be signed`);
  }
  checkBody(request);
  const signer = new SignatureV4({
    // Without the token: where one was sent it is among the headers.
    credentials: { accessKeyId: identity.accessKeyId, secretAccessKey: identity.secretAccessKey },
    region: claim.region,
    service: claim.service,
    sha256: Sha256,
    applyChecksum: false,
  });
  const url = new URL(request.url, 'http://127.0.0.1');
  const signed = await signer.sign(
    {
      method: request.method,
      protocol: 'http:',
      hostname: '127.0.0.1',
      path: url.pathname,
      query: queryOf(url),
      headers: headersOf(claim, request.headers),
      body: request.body,
    },
    { signingDate: date.time, signableHeaders: new Set(claim.signedHeaders) },
  );
  const expected = /Signature=([0-9a-f]{64})$/.exec(signed.headers.authorization ?? '')?.[1] ?? '';
  const equal =
    expected.length === 64 && timingSafeEqual(Buffer.from(expected), Buffer.from(claim.signature));
  if (!equal) {
    throw new AuthError(
      'mismatch',
      'The request signature we calculated does not match the signature you provided. Check your AWS Secret Access Key and signing method.',
    );
  }
  if ((request.headers['x-amz-security-token'] ?? undefined) !== identity.sessionToken) {
    throw new AuthError('unknown', 'The security token included in the request is invalid.');
  }
}

function signingDate(headers: IncomingHttpHeaders): { text: string; time: Date } {
  const text = headers['x-amz-date'];
  const parts = typeof text === 'string' ? /^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)Z$/.exec(text) : null;
  if (typeof text !== 'string' || parts === null)
    throw new AuthError('incomplete', 'The header x-amz-date is missing');
  const [, year, month, day, hour, minute, second] = parts;
  return { text, time: new Date(`${year}-${month}-${day}T${hour}:${minute}:${second}Z`) };
}

/** The digest a client signed must be that of the body. EBS clients may leave it out: UNSIGNED-PAYLOAD. */
function checkBody(request: SignedRequest): void {
  const claimed = request.headers['x-amz-content-sha256'];
  if (claimed === undefined || claimed === 'UNSIGNED-PAYLOAD') return;
  if (claimed !== request.bodyDigest()) {
    throw new AuthError(
      'mismatch',
      "The provided 'x-amz-content-sha256' header does not match what was computed.",
    );
  }
}

function queryOf(url: URL): Record<string, string[]> {
  const names = new Set(url.searchParams.keys());
  return Object.fromEntries([...names].map((name) => [name, url.searchParams.getAll(name)]));
}

/** Only what was signed, and the digest of the body, which stands for the body wherever it is sent. */
function headersOf(claim: Claim, headers: IncomingHttpHeaders): Record<string, string> {
  const picked: Record<string, string> = {};
  for (const name of [...claim.signedHeaders, 'x-amz-content-sha256']) {
    const value = headers[name];
    if (value === undefined) continue;
    picked[name] = Array.isArray(value) ? value.join(',') : value;
  }
  return picked;
}

/** The hash that the SDK's signer asks for, by node:crypto. */
class Sha256 {
  readonly #hash;

  constructor(secret?: string | ArrayBuffer | ArrayBufferView) {
    this.#hash = secret === undefined ? createHash('sha256') : createHmac('sha256', bytes(secret));
  }

  update(data: string | ArrayBuffer | ArrayBufferView): void {
    this.#hash.update(bytes(data));
  }

  async digest(): Promise<Uint8Array> {
    return this.#hash.digest();
  }

  reset(): void {
    throw new Error('not used by the signer');
  }
}

function bytes(data: string | ArrayBuffer | ArrayBufferView): Buffer {
  if (typeof data === 'string') return Buffer.from(data);
  if (data instanceof ArrayBuffer) return Buffer.from(data);
  return Buffer.from(data.buffer, data.byteOffset, data.byteLength);
}
