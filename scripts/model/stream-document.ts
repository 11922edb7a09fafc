/** The signed statement of what a stream has released. docs/signing.md has it for readers. */
import { AperiodicError } from './errors.ts';
import { compareText } from './order.ts';
import { assertValid } from './schema.ts';
import type { PublishedRecord, StreamDocument, StreamRelease } from './types.generated.ts';
import { compareVersions } from './version.ts';

/** Name of the file in a stream's folder on mirrors. */
export const streamDocumentName = 'stream.sjson';
/** Largest one that is read, in bytes: some thousand releases in twenty regions. */
export const maxStreamDocumentBytes = 16 * 1024 * 1024;

/**
 * Follows from the records alone, so that one serial has one content: every change of a record makes the largest serial
 * grow. Undefined while no record has a serial: there is nothing that could be ordered.
 * @param records of one stream
 */
export function makeStreamDocument(records: readonly PublishedRecord[]): StreamDocument | undefined {
  const newestFirst = [...records].sort((a, b) => compareVersions(b.version, a.version));
  const serial = Math.max(0, ...records.map((record) => record.serial ?? 0));
  const [first] = newestFirst;
  if (first === undefined || serial === 0) return undefined;
  const latest = newestFirst.find(({ withdrawn }) => withdrawn === undefined)?.version;
  return {
    format: 'aperiodic:stream:1',
    stream: first.stream,
    serial,
    ...(latest === undefined ? {} : { latest }),
    releases: newestFirst.map(describeRelease),
  };
}

/** When the newest of it was recorded. */
export function dateOfDocument({ releases }: StreamDocument): Date {
  return new Date(Math.max(...releases.map(({ recordedAt }) => Date.parse(recordedAt))));
}

/** @throws AperiodicError `invalid` */
export function parseStreamDocument(text: string): StreamDocument {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (cause) {
    throw new AperiodicError('invalid', 'the signed text is not JSON: it is no document of a stream', {
      cause,
    });
  }
  return assertValid('StreamDocument', value);
}

function describeRelease(record: PublishedRecord): StreamRelease {
  const { version, withdrawn, recordedAt, commit, architectures, documents = [], images = [] } = record;
  const { containers = [] } = record;
  return {
    version,
    state: withdrawn === undefined ? 'live' : 'withdrawn',
    ...(withdrawn === undefined ? {} : { reason: withdrawn.reason }),
    recordedAt,
    commit,
    architectures: architectures
      .map(({ architecture, raw, artifacts }) => ({
        architecture,
        raw: { sha256: raw.sha256, size: raw.size },
        artifacts: artifacts
          .map(({ name, sha256, size }) => ({ name, sha256, size }))
          .sort((a, b) => compareText(a.name, b.name)),
      }))
      .sort((a, b) => compareText(a.architecture, b.architecture)),
    documents: documents
      .map(({ name, kind, sha256, size }) => ({ name, kind, sha256, size }))
      .sort((a, b) => compareText(a.name, b.name)),
    images: images
      .map(({ region, architecture, ami, state }) => ({ region, architecture, ami, state }))
      .sort((a, b) => compareText(a.region, b.region) || compareText(a.architecture, b.architecture)),
    ...(containers.length === 0
      ? {}
      : { containers: [...containers].sort((a, b) => compareText(a.registry, b.registry)) }),
  };
}
