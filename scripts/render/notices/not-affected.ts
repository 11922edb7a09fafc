/**
 * What the releases of a stream are stated not to be affected by, as OpenVEX 0.2.0 (https://github.com/openvex/spec). One document
 * a stream: it follows from releases/not-affected.yaml and the records alone, whether or not there is a notice.
 *
 * A release of which a notice says `affected` or `fixed` for the same flaw is left out, so that no two documents contradict each
 * other. Packages are named without a version: a release has one of each, and which one the pins of later days do not tell.
 */
import { canonicalJson } from '../../model/canonical-json.ts';
import { isAbout, isInRange } from '../../model/not-affected.ts';
import type { Notice } from '../../model/notices/notice.ts';
import { compareText } from '../../model/order.ts';
import type { NotAffectedStatement, NoticePublisher, PublishedRecord } from '../../model/types.generated.ts';
import { nameUuid } from '../documents/name-uuid.ts';
import { formatPurl } from '../documents/purl.ts';
import { imagePurl } from './purls.ts';
import { clean } from './words.ts';

export const notAffectedName = 'not-affected.openvex.json';

export interface StatedImages {
  stream: string;
  image: Pick<Notice['image'], 'payload'>;
  /** All that came out. */
  records: readonly PublishedRecord[];
  /** Of the stream. */
  notices: readonly Notice[];
  statements: readonly NotAffectedStatement[];
  /** Timestamp: what is dated later is not said yet. */
  now: string;
}

export interface StatedDocument {
  text: string;
  /** Timestamp of what is newest in it. */
  updatedAt: string;
}

/** Undefined when nothing is stated of a release that came out. */
export function renderNotAffected(
  about: StatedImages,
  publisher: NoticePublisher,
): StatedDocument | undefined {
  const { stream, now } = about;
  const parts = about.statements.flatMap((statement) => {
    const isSaid = isAbout(statement, stream) && statement.statedAt <= now;
    const records = isSaid ? findRecords(statement, about) : [];
    return records.length === 0 ? [] : [{ statement, records }];
  });
  if (parts.length === 0) return undefined;
  const issued = parts.map(({ statement }) => statement.statedAt).sort(compareText);
  const changes = parts.flatMap(({ statement: { statedAt, withdrawn }, records }) => [
    statedAt,
    ...(withdrawn === undefined ? [] : [withdrawn.at]),
    ...records.map(({ recordedAt }) => recordedAt),
  ]);
  const until = changes.filter((date) => date <= now).sort(compareText);
  const [timestamp = '', updatedAt = timestamp] = [issued[0], until.at(-1)];
  const said = parts.reduce((sum, { records }) => sum + records.length, 0);
  const text = canonicalJson({
    '@context': 'https://openvex.dev/ns/v0.2.0',
    '@id': `urn:uuid:${nameUuid(`OpenVEX of what does not affect ${stream}`)}`,
    author: clean(publisher.name),
    role: 'Vendor',
    timestamp,
    ...(updatedAt > timestamp ? { last_updated: updatedAt } : {}),
    version: versionOf(updatedAt, said),
    statements: parts.map(({ statement, records }) => describe(statement, records, about)),
  });
  return { text, updatedAt };
}

/** Grows with every change, and follows from what is said: minutes since 1970 of the newest, and how much is said. */
function versionOf(updatedAt: string, said: number): number {
  return Math.floor(Date.parse(updatedAt) / 60_000) + said;
}

function findRecords(
  statement: NotAffectedStatement,
  { stream, records, notices }: StatedImages,
): PublishedRecord[] {
  const { vulnerability } = statement;
  const told = notices
    .filter(({ fixes }) =>
      fixes.some(({ advisory, cves }) => advisory === vulnerability || cves.includes(vulnerability)),
    )
    .flatMap(({ release, previous }) => [release.version, previous?.version]);
  return records.filter(
    ({ version }) => isInRange(statement, { stream, version }) && !told.includes(version),
  );
}

function describe(
  { vulnerability, packages, justification, statement, statedAt, withdrawn }: NotAffectedStatement,
  records: readonly PublishedRecord[],
  { stream, image }: StatedImages,
): object {
  const subcomponents = [...packages]
    .sort(compareText)
    .map((name) => ({ '@id': formatPurl(image.payload, { name }, stream) }));
  const about = {
    vulnerability: { name: vulnerability },
    products: records.map(({ version }) => ({ '@id': imagePurl(stream, version), subcomponents })),
  };
  if (withdrawn === undefined)
    // The schema of OpenVEX takes a justification or an impact_statement, not both.
    return {
      ...about,
      status: 'not_affected',
      justification,
      status_notes: clean(statement),
      timestamp: statedAt,
    };
  return {
    ...about,
    status: 'under_investigation',
    status_notes: `That it is not affected was wrong: ${clean(withdrawn.reason)}`,
    timestamp: withdrawn.at,
  };
}
