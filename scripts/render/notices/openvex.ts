/**
 * What is and is not affected, as OpenVEX 0.2.0 (https://github.com/openvex/spec): of each CVE the new release is `fixed` and the one
 * before `affected`. What cannot be exploited no release file says: not-affected.ts is about that.
 */

import { canonicalJson } from '../../model/canonical-json.ts';
import { cvesOf, type Notice } from '../../model/notices/notice.ts';
import type { FixedPackage, NoticePublisher } from '../../model/types.generated.ts';
import { nameUuid } from '../documents/name-uuid.ts';
import { remedyOf } from './advice.ts';
import { imagePurl, packagePurl } from './purls.ts';
import { clean, fileStem } from './words.ts';

export function openvexName(notice: Notice): string {
  return `${fileStem(notice)}.openvex.json`;
}

/** Undefined when none of the advisories names a CVE. @param notice of a security release */
export function renderOpenvex(notice: Notice, publisher: NoticePublisher): string | undefined {
  const statements = cvesOf(notice).flatMap((cve) => describe(cve, notice));
  if (statements.length === 0) return undefined;
  return canonicalJson({
    '@context': 'https://openvex.dev/ns/v0.2.0',
    '@id': `urn:uuid:${nameUuid(`OpenVEX of ${notice.id}`)}`,
    author: clean(publisher.name),
    role: 'Vendor',
    timestamp: notice.issuedAt,
    ...(notice.updatedAt > notice.issuedAt ? { last_updated: notice.updatedAt } : {}),
    version: notice.updatedAt > notice.issuedAt ? 2 : 1,
    statements,
  });
}

function describe(cve: string, notice: Notice): object[] {
  const { stream, release, previous } = notice;
  const packages = notice.fixes.filter(({ cves }) => cves.includes(cve)).flatMap((fix) => fix.packages);
  const of = (version: string, side: 'from' | 'to') => ({
    vulnerability: { name: cve },
    products: [{ '@id': imagePurl(stream, version), subcomponents: parts(packages, side, notice) }],
  });
  return [
    { ...of(release.version, 'to'), status: 'fixed' },
    ...(previous === undefined
      ? []
      : [
          {
            ...of(previous.version, 'from'),
            status: 'affected',
            action_statement: remedyOf(notice).details,
          },
        ]),
  ];
}

function parts(packages: readonly FixedPackage[], side: 'from' | 'to', notice: Notice): object[] {
  const purls = packages.map((one) => packagePurl(notice, one, one[side]));
  return [...new Set(purls)].sort().map((purl) => ({ '@id': purl }));
}
