/** Making a record: what came out of a release, for git. */
import { AperiodicError } from './errors.ts';
import { compareText } from './order.ts';
import type {
  Mirrored,
  PublishedRecord,
  RecordedArchitecture,
  RecordedMirror,
  Tested,
} from './types.generated.ts';

/**
 * The record of a release that was tested and mirrored.
 *
 * With an earlier record of the same version the result is that record with the mirrors added: what was tested and
 * recorded first stays, so that running again (a crash before the push, a mirror that came later) does not rewrite
 * history, and rendering the result gives the same bytes when nothing is new.
 * @throws AperiodicError `conflict` when the earlier record is of another release or of other bytes
 */
export function makeRecord(mirrored: Mirrored, now: Date, earlier?: PublishedRecord): PublishedRecord {
  const { stream, version, content, commit, architectures } = mirrored.candidate;
  const fresh: PublishedRecord = {
    stream,
    version,
    content,
    commit,
    recordedAt: timestamp(now),
    architectures: architectures
      .map(recordArchitecture)
      .sort((a, b) => compareText(a.architecture, b.architecture)),
    mirrors: mergeMirrors([], mirrored.mirrors),
  };
  if (earlier === undefined) return fresh;
  if (bytesOf(earlier) !== bytesOf(fresh)) {
    throw new AperiodicError(
      'conflict',
      `${stream} ${version} is recorded with other content or other bytes than were made now: a version's bytes never change, release a new version`,
    );
  }
  return addMirrors(earlier, mirrored.mirrors, now);
}

/** The record with these mirrors added or replaced, dated now; the record itself when that changes nothing. */
export function addMirrors(
  record: PublishedRecord,
  mirrors: readonly RecordedMirror[],
  now: Date,
): PublishedRecord {
  const merged = mergeMirrors(record.mirrors, mirrors);
  if (JSON.stringify(merged) === JSON.stringify(mergeMirrors([], record.mirrors))) return record;
  return { ...record, recordedAt: timestamp(now), mirrors: merged };
}

/** UTC to the second, as the schema wants it. */
export function timestamp(date: Date): string {
  return `${date.toISOString().slice(0, 19)}Z`;
}

function recordArchitecture({ built, qa }: Tested): RecordedArchitecture {
  return {
    architecture: built.job.architecture,
    raw: { sha256: built.raw.sha256, size: built.raw.size },
    artifacts: built.artifacts
      .map(({ name, format, file }) => ({ name, format, sha256: file.sha256, size: file.size }))
      .sort((a, b) => compareText(a.name, b.name)),
    packages: built.job.pins.packages.length,
    tools: built.tools,
    qa,
  };
}

function mergeMirrors(
  earlier: readonly RecordedMirror[],
  later: readonly RecordedMirror[],
): RecordedMirror[] {
  const byId = new Map([...earlier, ...later].map(({ id, path, checksum }) => [id, { id, path, checksum }]));
  return [...byId.values()].sort((a, b) => compareText(a.id, b.id));
}

/** What may never differ between two records of one version. */
function bytesOf(record: PublishedRecord): string {
  const parts = record.architectures.map(({ architecture, raw, artifacts }) => [
    architecture,
    raw.sha256,
    artifacts.map(({ name, sha256 }) => `${name} ${sha256}`).sort(),
  ]);
  return JSON.stringify([record.stream, record.version, record.content, parts.sort()]);
}
