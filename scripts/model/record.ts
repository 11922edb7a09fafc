/** Making a record: what came out of a release, for git. */
import { keyOf } from './cloud.ts';
import { recordDocuments } from './documents.ts';
import { AperiodicError } from './errors.ts';
import { compareText } from './order.ts';
import { timestamp } from './timestamp.ts';
import type {
  Launched,
  Mirrored,
  PublishedRecord,
  RecordedArchitecture,
  RecordedContainer,
  RecordedDocument,
  RecordedImage,
  RecordedMirror,
  Withdrawal,
} from './types.generated.ts';

/**
 * The record of a release that was tested and mirrored.
 *
 * With an earlier record of the same version the result is that record with the mirrors added: what was tested and
 * recorded first stays, so that running again (a crash before the push, a mirror that came later) does not rewrite
 * history, and rendering the result gives the same bytes when nothing is new.
 * @param cloud images of this run; left out when the stream makes none
 * @param containers where this run brought them; left out when it makes none
 * @throws AperiodicError `conflict` when the earlier record is of another release or of other bytes
 */
export function makeRecord(
  mirrored: Mirrored,
  now: Date,
  earlier?: PublishedRecord,
  cloud?: CloudPart,
  containers: readonly RecordedContainer[] = [],
): PublishedRecord {
  const { stream, version, content, commit, architectures } = mirrored.candidate;
  const documents = recordDocuments(mirrored.candidate.documents);
  const fresh: PublishedRecord = {
    stream,
    version,
    content,
    commit,
    recordedAt: timestamp(now),
    ...(cloud === undefined ? {} : mergeCloud({}, cloud)),
    architectures: architectures
      .map(recordArchitecture)
      .sort((a, b) => compareText(a.architecture, b.architecture)),
    mirrors: mergeMirrors([], mirrored.mirrors),
    ...(documents.length === 0 ? {} : { documents }),
    ...(containers.length === 0 ? {} : { containers: mergeContainers([], containers) }),
  };
  if (earlier === undefined) return fresh;
  if (bytesOf(earlier) !== bytesOf(fresh)) {
    throw new AperiodicError(
      'conflict',
      `${stream} ${version} is recorded with other content or other bytes than were made now: a version's bytes never change, release a new version`,
    );
  }
  const mirrors = addContainers(addMirrors(earlier, mirrored.mirrors, now), containers, now);
  const reached = addDocuments(addLaunches(mirrors, fresh.architectures, now), documents, now);
  return cloud === undefined ? reached : addImages(reached, cloud, now);
}

/**
 * The record with the launches of AMIs that it does not know: of one that it does, what was recorded first stays. The record
 * itself when that changes nothing.
 */
function addLaunches(
  record: PublishedRecord,
  fresh: readonly RecordedArchitecture[],
  now: Date,
): PublishedRecord {
  const architectures = record.architectures.map((one) => {
    const launch = fresh.find(({ architecture }) => architecture === one.architecture)?.launch;
    return launch === undefined || launch.ami === one.launch?.ami ? one : { ...one, launch };
  });
  if (architectures.every((one, index) => one === record.architectures[index])) return record;
  return { ...record, recordedAt: timestamp(now), architectures };
}

/**
 * The record with these containers added, dated now; the record itself when that changes nothing.
 * @throws AperiodicError `conflict` when a registry is recorded with another digest
 */
export function addContainers(
  record: PublishedRecord,
  containers: readonly RecordedContainer[],
  now: Date,
): PublishedRecord {
  const held = record.containers ?? [];
  for (const { registry, digest } of containers) {
    const earlier = held.find((one) => one.registry === registry);
    if (earlier === undefined || earlier.digest === digest) continue;
    const text = `${record.stream} ${record.version} is recorded in the registry ${registry} as ${earlier.digest}, and now it is ${digest}: release a new version`;
    throw new AperiodicError('conflict', text);
  }
  const merged = mergeContainers(held, containers);
  if (merged.length === held.length) return record;
  return { ...record, recordedAt: timestamp(now), containers: merged };
}

function mergeContainers(
  earlier: readonly RecordedContainer[],
  later: readonly RecordedContainer[],
): RecordedContainer[] {
  const all = [...earlier, ...later].map(({ registry, repository, digest }) => ({
    registry,
    repository,
    digest,
  }));
  return [...new Map(all.map((one) => [one.registry, one])).values()].sort((a, b) =>
    compareText(a.registry, b.registry),
  );
}

/** What a record says of AWS. */
export interface CloudPart {
  images: readonly RecordedImage[];
  /** RFC 3339, to the second. The earlier one stays when left out. */
  deprecateAt?: string | undefined;
}

/**
 * The record with these images added, or put in the place of those of the same region and architecture, dated now; the
 * record itself when that changes nothing.
 */
export function addImages(record: PublishedRecord, cloud: CloudPart, now: Date): PublishedRecord {
  const merged = mergeCloud(record, cloud);
  const before = mergeCloud(record, { images: [] });
  if (JSON.stringify(merged) === JSON.stringify(before)) return record;
  return { ...record, recordedAt: timestamp(now), ...merged };
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

/**
 * The record with its documents, dated now, when it was written before there were any; the record itself when they are the
 * same. @throws AperiodicError `conflict` when they are others
 */
function addDocuments(
  record: PublishedRecord,
  documents: readonly RecordedDocument[],
  now: Date,
): PublishedRecord {
  if (documents.length === 0) return record;
  if (record.documents === undefined)
    return { ...record, recordedAt: timestamp(now), documents: [...documents] };
  const list = (all: readonly RecordedDocument[]) =>
    all.map(({ name, sha256 }) => `${name} ${sha256}`).sort();
  if (list(record.documents).join() === list(documents).join()) return record;
  throw new AperiodicError(
    'conflict',
    `${record.stream} ${record.version} is recorded with other signed documents than were made now: what is signed never changes, release a new version`,
  );
}

/** The record with its release's withdrawal, or without one that was taken back, dated now; itself when it says so. */
export function setWithdrawn(
  record: PublishedRecord,
  withdrawn: Withdrawal | undefined,
  now: Date,
): PublishedRecord {
  const { withdrawn: said, ...rest } = record;
  if (said?.reason === withdrawn?.reason && said?.at === withdrawn?.at) return record;
  return { ...rest, recordedAt: timestamp(now), ...(withdrawn === undefined ? {} : { withdrawn }) };
}

function recordArchitecture({ tested: { built, qa, comparison }, launch }: Launched): RecordedArchitecture {
  return {
    architecture: built.job.architecture,
    raw: { sha256: built.raw.sha256, size: built.raw.size },
    artifacts: built.artifacts
      .map(({ name, format, file }) => ({ name, format, sha256: file.sha256, size: file.size }))
      .sort((a, b) => compareText(a.name, b.name)),
    ...(built.container === undefined ? {} : { container: built.container }),
    packages: built.job.pins.packages.length,
    tools: built.tools,
    qa,
    ...(comparison === undefined ? {} : { comparison }),
    ...(launch === undefined ? {} : { launch }),
  };
}

function mergeMirrors(
  earlier: readonly RecordedMirror[],
  later: readonly RecordedMirror[],
): RecordedMirror[] {
  const byId = new Map([...earlier, ...later].map(({ id, path, checksum }) => [id, { id, path, checksum }]));
  return [...byId.values()].sort((a, b) => compareText(a.id, b.id));
}

function mergeCloud(
  earlier: Pick<PublishedRecord, 'images' | 'deprecateAt'>,
  later: CloudPart,
): Pick<PublishedRecord, 'images' | 'deprecateAt'> {
  const all = [...(earlier.images ?? []), ...later.images].map(
    ({ architecture, region, ami, snapshot, state }) => ({ architecture, region, ami, snapshot, state }),
  );
  const images = [...new Map(all.map((image) => [keyOf(image), image])).values()].sort(
    (a, b) => compareText(a.architecture, b.architecture) || compareText(a.region, b.region),
  );
  const deprecateAt = later.deprecateAt ?? earlier.deprecateAt;
  return { ...(deprecateAt === undefined ? {} : { deprecateAt }), images };
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
