/** A text from a server: by https, or by http on this machine, of a size that is known beforehand, and soon. */
import { AperiodicError } from '../../model/errors.ts';

export interface FetchLimits {
  bytes: number;
  /** For all of it, in milliseconds. */
  milliseconds: number;
  redirects: number;
}

export const fetchLimits: FetchLimits = { bytes: 64 * 1024 * 1024, milliseconds: 60_000, redirects: 5 };

/**
 * @throws AperiodicError `unreachable`, `not-found` when the server has no such file, `invalid` for what is too large or not
 *   UTF-8, or for another kind of address
 */
export async function fetchText(url: string, limits: FetchLimits = fetchLimits): Promise<string> {
  const signal = AbortSignal.timeout(limits.milliseconds);
  try {
    const response = await follow(url, signal, limits);
    if (response.status === 404) {
      await response.body?.cancel();
      throw new AperiodicError('not-found', 'the server has no such file', { file: url });
    }
    if (!response.ok || response.body === null) {
      await response.body?.cancel();
      throw new AperiodicError('unreachable', `the server answered ${response.status}`, { file: url });
    }
    return await readAll(response.body, url, limits);
  } catch (error) {
    if (error instanceof AperiodicError) throw error;
    const why = signal.aborted ? 'took too long to answer' : 'could not be reached';
    throw new AperiodicError('unreachable', why, { file: url, cause: error });
  }
}

async function follow(url: string, signal: AbortSignal, { redirects }: FetchLimits): Promise<Response> {
  let at = checkAddress(url, url);
  for (let turn = 0; turn <= redirects; turn++) {
    const response = await fetch(at, { headers: { 'user-agent': 'aperiodic' }, signal, redirect: 'manual' });
    const location = response.headers.get('location');
    if (![301, 302, 303, 307, 308].includes(response.status) || location === null) return response;
    await response.body?.cancel();
    const next = checkAddress(new URL(location, at).href, url);
    if (at.protocol === 'https:' && next.protocol !== 'https:')
      throw new AperiodicError('invalid', 'is redirected to an address that is not https', { file: url });
    at = next;
  }
  throw new AperiodicError('unreachable', `is redirected more than ${redirects} times`, { file: url });
}

const loopback = ['127.0.0.1', 'localhost', '[::1]'];

function checkAddress(text: string, file: string): URL {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  const isSafe = url?.protocol === 'https:' || (url?.protocol === 'http:' && loopback.includes(url.hostname));
  if (url !== undefined && isSafe && url.username === '' && url.password === '') return url;
  throw new AperiodicError('invalid', 'is not an https address without a login', { file });
}

async function readAll(
  body: AsyncIterable<Uint8Array>,
  file: string,
  { bytes }: FetchLimits,
): Promise<string> {
  const pieces: Uint8Array[] = [];
  let total = 0;
  for await (const piece of body) {
    total += piece.length;
    if (total > bytes)
      throw new AperiodicError('invalid', `is larger than ${bytes} bytes: nothing of that kind is`, { file });
    pieces.push(piece);
  }
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(Buffer.concat(pieces));
  } catch (cause) {
    throw new AperiodicError('invalid', 'is not UTF-8', { file, cause });
  }
}
