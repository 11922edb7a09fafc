/** Streams as a server tells them, each document signed by a key that the person trusts. */
import { fetchText } from '../../adapters/published/fetch-text.ts';
import { matchesStream, type Query } from '../../model/catalog/select.ts';
import { AperiodicError } from '../../model/errors.ts';
import { assertValid, type Kind } from '../../model/schema.ts';
import { signedPathOf } from '../../model/site/file.ts';
import { timestamp } from '../../model/timestamp.ts';
import type { ApiCatalog, ApiStream, SchemaTypes } from '../../model/types.generated.ts';
import type { Verifier } from '../../ports.ts';
import { catalogPath, streamDocumentPath } from '../../render/api/paths.ts';
import { within } from '../verify/folder.ts';
import { remember } from '../verify/state.ts';

export interface PublishedOptions {
  /** Address that `api/` is below. */
  from: string;
  keys: readonly Uint8Array[];
  verifier: Verifier;
  /** Where serials that were seen are kept. */
  state: string;
  now: Date;
}

export interface PublishedStreams {
  /** Those that the query is about. */
  streams: ApiStream[];
  /** All there are: for who asked for one that is not. */
  catalog: ApiCatalog;
  /** Fingerprints of who signed. */
  signers: string[];
}

/**
 * @throws AperiodicError as `fetchText` and `Verifier.open`; `denied` for a key that expired, `conflict` for documents that are older
 *   than what was seen, or of different times
 */
export async function readPublished(query: Query, options: PublishedOptions): Promise<PublishedStreams> {
  const signers = new Set<string>();
  const read = async <K extends Kind>(kind: K, path: string): Promise<SchemaTypes[K]> => {
    const url = `${options.from.replace(/\/+$/, '')}/${signedPathOf(path)}`;
    return await within(url, async () => await open(kind, await fetchText(url), options, signers));
  };
  const catalog = await read('ApiCatalog', catalogPath);
  const streams: ApiStream[] = [];
  for (const { id, latest } of catalog.streams.filter((stream) => matchesStream(stream, query))) {
    const stream = await read('ApiStream', streamDocumentPath(id));
    if (stream.id !== id || stream.latest !== latest)
      throw new AperiodicError(
        'conflict',
        `the documents of ${id} are of different times, or one is put in another's place: try again soon`,
        { file: options.from },
      );
    // One without a serial is older than any with one.
    const { serial = 0 } = stream;
    await within(options.from, () => remember({ stream: id, serial }, options.state));
    streams.push(stream);
  }
  return { streams, catalog, signers: [...signers].sort() };
}

async function open<K extends Kind>(
  kind: K,
  signed: string,
  { keys, verifier, now }: PublishedOptions,
  signers: Set<string>,
): Promise<SchemaTypes[K]> {
  const { text, by } = await verifier.open(signed, keys);
  if (by.expiresAt !== undefined && by.expiresAt <= now)
    throw new AperiodicError(
      'denied',
      `it is signed by ${by.fingerprint}, which expired at ${timestamp(by.expiresAt)}: get the new key from the project`,
    );
  signers.add(by.fingerprint);
  return assertValid(kind, parse(text));
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw new AperiodicError('invalid', 'the signed text is not JSON', { cause });
  }
}
