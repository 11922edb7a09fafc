import { invalidRequest } from '../errors.ts';
import type { Fields } from './fields.ts';
import { parseJson } from './json.ts';

/** A REST call: what it says in its path, query, headers and body. */
export interface RestRequest {
  path: readonly string[];
  query: URLSearchParams;
  header(name: string): string | undefined;
  body: Buffer;
  /** sha256 of the body in hexadecimal digits. */
  bodyDigest(): string;
  json(): Fields;
  canonical(): string;
}

export interface RestAnswer {
  status: number;
  headers?: Record<string, string>;
  json?: unknown;
  bytes?: Buffer;
}

/** @param headers by lower-case name */
export function restRequest(
  url: URL,
  headers: ReadonlyMap<string, string>,
  body: Buffer,
  bodyDigest: () => string,
): RestRequest {
  const amz = [...headers].filter(([name]) => /^x-amz-(data|checksum|changed|progress)/.test(name));
  return {
    path: url.pathname.split('/').slice(1),
    query: url.searchParams,
    header: (name) => headers.get(name),
    body,
    bodyDigest,
    json: () => parseJson(body.toString('utf8')),
    canonical: () =>
      JSON.stringify([
        url.pathname,
        [...url.searchParams].sort(),
        amz.sort(),
        body.length === 0 ? '' : bodyDigest(),
      ]),
  };
}

/** A whole number from a header or a query, within bounds. */
export function wholeNumber(
  name: string,
  text: string | null | undefined,
  min: number,
  max: number,
): number | undefined {
  if (text === undefined || text === null || text === '') return undefined;
  const value = /^\d{1,15}$/.test(text) ? Number(text) : Number.NaN;
  if (value >= min && value <= max) return value;
  throw invalidRequest('INVALID_PARAMETER_VALUE', `${name} must be a whole number from ${min} to ${max}`);
}
