/**
 * What users are told of a stream: one notice for each release that brings security updates, and one for each that was
 * withdrawn. Follows from release files, records, the stream and the targets alone.
 */
import type { StreamState } from '../streams.ts';
import type {
  NoticeTargets,
  PublishedRecord,
  RecordedNotice,
  Release,
  ReleasedFix,
  Severity,
  Stream,
} from '../types.generated.ts';
import { compareVersions, dateOfVersion } from '../version.ts';

export interface Notice {
  /** Stable: of stream, version and kind. */
  id: string;
  kind: 'security' | 'withdrawal';
  /** `debian-12/cloud-base`. */
  stream: string;
  image: Pick<Stream, 'name' | 'title' | 'payload'>;
  release: Release;
  record: PublishedRecord;
  /** Of a security release; none of a withdrawal. */
  fixes: ReleasedFix[];
  /** The release before, which is affected; undefined when there was none. */
  previous: PublishedRecord | undefined;
  /** The newest live version when it was withdrawn: what to use instead. */
  instead: string | undefined;
  /** RFC 3339. What the record says, or what it will say. */
  issuedAt: string;
  /** Later than issuedAt when the release was withdrawn since. */
  updatedAt: string;
  /** What the record says of it; undefined while it was not given. */
  given: RecordedNotice | undefined;
}

export const defaultPrefix = 'APERIODIC';

/** The dot keeps `a-b/c` and `a/b-c` apart: ids of streams have none. */
export function noticeId(
  { prefix = defaultPrefix }: Pick<NoticeTargets, 'prefix'>,
  stream: string,
  version: string,
  kind: Notice['kind'],
): string {
  return `${prefix}-${stream.replace('/', '.')}-${version}${kind === 'withdrawal' ? '-W' : ''}`;
}

/**
 * Newest first; of one release the withdrawal before the security update. Only what is recorded is spoken of.
 * @param state its releases and records
 */
export function listNotices(
  targets: NoticeTargets,
  image: Notice['image'],
  { id, releases }: Pick<StreamState, 'id' | 'releases'>,
): Notice[] {
  const recorded = releases.flatMap(({ release, record }) =>
    record === undefined ? [] : [{ release, record }],
  );
  const notices = recorded.flatMap((one) => {
    const kinds = [
      ...(one.record.withdrawn === undefined ? [] : ['withdrawal' as const]),
      ...((one.release.fixes ?? []).length === 0 ? [] : ['security' as const]),
    ];
    return kinds.map((kind) => makeNotice(kind, one, recorded, targets, id, image));
  });
  return notices.sort((a, b) => compareVersions(b.release.version, a.release.version));
}

interface Recorded {
  release: Release;
  record: PublishedRecord;
}

function makeNotice(
  kind: Notice['kind'],
  { release, record }: Recorded,
  recorded: readonly Recorded[],
  targets: NoticeTargets,
  stream: string,
  image: Notice['image'],
): Notice {
  const id = noticeId(targets, stream, release.version, kind);
  const given = record.notices?.find((one) => one.id === id);
  const issuedAt = given?.issuedAt ?? record.recordedAt;
  const withdrawnAt = record.withdrawn?.at ?? issuedAt;
  const updatedAt = kind === 'security' && withdrawnAt > issuedAt ? withdrawnAt : issuedAt;
  return {
    id,
    kind,
    stream,
    image,
    release,
    record,
    fixes: kind === 'security' ? (release.fixes ?? []) : [],
    previous: kind === 'security' ? findPrevious(release, recorded) : undefined,
    instead: record.withdrawn === undefined ? undefined : findInstead(record.withdrawn.at, recorded),
    issuedAt,
    updatedAt,
    given,
  };
}

/** The newest release before that was not withdrawn on an earlier day: later events do not change what it was. */
function findPrevious({ version }: Release, recorded: readonly Recorded[]): PublishedRecord | undefined {
  const day = dateOfVersion(version);
  return newest(
    recorded.filter(
      ({ record }) =>
        compareVersions(record.version, version) < 0 &&
        (record.withdrawn === undefined || new Date(record.withdrawn.at) > day),
    ),
  );
}

/** Releases of later days do not count, so that the notice does not change with each. */
function findInstead(at: string, recorded: readonly Recorded[]): string | undefined {
  const live = recorded.filter(({ release, record }) => {
    const withdrawn = release.withdrawn ?? record.withdrawn;
    return withdrawn === undefined && dateOfVersion(record.version) <= new Date(at);
  });
  return newest(live)?.version;
}

function newest(recorded: readonly Recorded[]): PublishedRecord | undefined {
  return recorded
    .map(({ record }) => record)
    .sort((a, b) => compareVersions(a.version, b.version))
    .at(-1);
}

/** Worst first; `unknown` says the least. */
export const severities: readonly Severity[] = ['critical', 'important', 'moderate', 'low', 'unknown'];

/** The worst of its fixes. */
export function severityOf({ fixes }: Pick<Notice, 'fixes'>): Severity {
  return severities.find((severity) => fixes.some((fix) => fix.severity === severity)) ?? 'unknown';
}

/** Each once, sorted by year and number. */
export function cvesOf({ fixes }: Pick<Notice, 'fixes'>): string[] {
  const key = (cve: string) =>
    cve
      .split('-')
      .map((part) => part.padStart(20, '0'))
      .join('-');
  return [...new Set(fixes.flatMap(({ cves }) => cves))].sort((a, b) => (key(a) < key(b) ? -1 : 1));
}

/**
 * Whether it goes out as mail: a security update that was withdrawn before anybody heard of it does not, nor what is older
 * than the notices of the repository.
 */
export function isMailed(notice: Notice, { from, to, since = '' }: NoticeTargets): boolean {
  if (from === undefined || to === undefined) return false;
  if (notice.release.version.slice(0, 8) < since) return false;
  return notice.kind === 'withdrawal' || notice.record.withdrawn === undefined;
}

/** The same whenever it is sent (RFC 5322, 3.6.4): readers and archives know a second copy by it. */
export function messageIdOf({ id }: Pick<Notice, 'id'>, from: string): string {
  return `<${id}@${from.slice(from.lastIndexOf('@') + 1)}>`;
}
