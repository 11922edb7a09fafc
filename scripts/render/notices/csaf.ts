/**
 * A security release as CSAF 2.0, profile "Security Advisory"
 * (https://docs.oasis-open.org/csaf/csaf/v2.0/os/csaf-v2.0-os.html#44-profile-4-security-advisory).
 */

import { canonicalJson } from '../../model/canonical-json.ts';
import { cvesOf, type Notice, severityOf } from '../../model/notices/notice.ts';
import type { NoticePublisher, NoticeTargets, ReleasedFix } from '../../model/types.generated.ts';
import { remedyOf, whatToDo } from './advice.ts';
import { productsOf, productTree } from './csaf-products.ts';
import { cvss3 } from './cvss.ts';
import {
  aim,
  capital,
  clean,
  fileStem,
  fixTitle,
  noticeAddress,
  noticesFolder,
  reasonOf,
  titleOf,
  uriOf,
  webAddress,
} from './words.ts';

/** Folder of CSAF documents below that of the notices. */
export const csafFolder = 'csaf';

/** As CSAF 2.0, 5.1, wants it. */
export function csafName(notice: Notice): string {
  return `${fileStem(notice)}.json`;
}

export function csafAddress(targets: NoticeTargets, notice: Notice): string | undefined {
  return webAddress(targets, `${noticesFolder(notice.stream)}/${csafFolder}/${csafName(notice)}`);
}

/** Who publishes: a vendor, in CSAF's words. */
export function csafPublisher({ name, namespace, contact }: NoticePublisher): object {
  return {
    category: 'vendor',
    name: clean(name),
    namespace: uriOf(namespace) ?? namespace,
    ...(contact === undefined ? {} : { contact_details: clean(contact) }),
  };
}

/** @param notice of a security release */
export function renderCsaf(notice: Notice, targets: NoticeTargets, publisher: NoticePublisher): string {
  return canonicalJson({
    document: {
      category: 'csaf_security_advisory',
      csaf_version: '2.0',
      title: titleOf(notice),
      lang: 'en',
      publisher: csafPublisher(publisher),
      distribution: { tlp: { label: 'WHITE', url: 'https://www.first.org/tlp/' } },
      aggregate_severity: { text: capital(severityOf(notice)) },
      notes: [
        { category: 'summary', title: 'Summary', text: reasonOf(notice) },
        { category: 'general', title: 'What to do', text: whatToDo(notice).join('\n') },
        { category: 'legal_disclaimer', title: 'Aim', text: aim },
      ],
      ...references(notice, targets),
      tracking: tracking(notice),
    },
    product_tree: productTree(notice, clean(publisher.name)),
    vulnerabilities: vulnerabilities(notice, targets),
  });
}

function references(notice: Notice, targets: NoticeTargets): object {
  const self = csafAddress(targets, notice);
  const text = noticeAddress(targets, notice);
  if (self === undefined || text === undefined) return {};
  return {
    references: [
      { category: 'self', summary: 'This document', url: self },
      { category: 'self', summary: 'The notice as text', url: text },
    ],
  };
}

function tracking({ id, issuedAt, updatedAt, record }: Notice): object {
  const history = [
    { number: '1', date: issuedAt, summary: 'First version' },
    ...(updatedAt > issuedAt
      ? [
          {
            number: '2',
            date: updatedAt,
            summary: `The release was withdrawn: ${clean(record.withdrawn?.reason ?? '')}`,
          },
        ]
      : []),
  ];
  return {
    id,
    status: 'final',
    version: String(history.length),
    initial_release_date: issuedAt,
    current_release_date: updatedAt,
    revision_history: history,
  };
}

/** One for each CVE, whatever advisories speak of it; an advisory without any is one by its own name. */
function vulnerabilities(notice: Notice, targets: NoticeTargets): object[] {
  const nameless = notice.fixes.filter(({ cves }) => cves.length === 0);
  return [
    ...cvesOf(notice).map((cve) => {
      const fixes = notice.fixes.filter(({ cves }) => cves.includes(cve));
      // One score of an advisory with several CVEs is not known to be that of each.
      const scored = fixes.find(({ cves, cvss }) => cves.length === 1 && cvss3(cvss) !== undefined);
      return { cve, ...describe(fixes, scored, notice, targets) };
    }),
    ...nameless.map((fix) => ({
      ids: [{ system_name: fix.feed, text: fix.advisory }],
      ...describe([fix], fix, notice, targets),
    })),
  ];
}

function describe(
  fixes: readonly ReleasedFix[],
  scored: ReleasedFix | undefined,
  notice: Notice,
  targets: NoticeTargets,
): object {
  const { fixed, affected } = productsOf(
    fixes.flatMap(({ packages }) => packages),
    notice,
  );
  const score = cvss3(scored?.cvss);
  const url = noticeAddress(targets, notice);
  const known = fixes.flatMap((fix) => {
    const url = uriOf(fix.reference ?? '');
    return url === undefined ? [] : [{ category: 'external', summary: fix.advisory, url }];
  });
  return {
    notes: fixes.map((fix) => ({ category: 'summary', title: fix.advisory, text: fixTitle(fix) })),
    product_status: { fixed, ...(affected.length === 0 ? {} : { known_affected: affected }) },
    ...(known.length === 0 ? {} : { references: known }),
    ...(affected.length === 0
      ? {}
      : {
          remediations: [
            {
              ...remedyOf(notice),
              product_ids: affected,
              ...(url === undefined ? {} : { url }),
            },
          ],
          ...(score === undefined ? {} : { scores: [{ cvss_v3: score, products: affected }] }),
        }),
  };
}
