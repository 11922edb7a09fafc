/**
 * A security release as OSV (https://ossf.github.io/osv-schema/). Images are in no ecosystem of OSV's list, so that nothing
 * here is for the matching of packages (the distribution's own records are, named under `upstream`): it says which versions
 * of the image have what was fixed.
 */

import { canonicalJson } from '../../model/canonical-json.ts';
import { cvesOf, type Notice, severityOf } from '../../model/notices/notice.ts';
import { compareText } from '../../model/order.ts';
import type { NoticeTargets } from '../../model/types.generated.ts';
import { codeSpan } from '../markdown.ts';
import { whatToDo } from './advice.ts';
import { osvSeverity } from './cvss.ts';
import { imagePurl } from './purls.ts';
import { fileStem, fixTitle, noticeAddress, reasonOf, titleOf, uriOf } from './words.ts';

/** Prefixes of databases are registered with OSV; `x_` is what the schema leaves to all others. */
export function osvId({ id }: Pick<Notice, 'id'>): string {
  return `x_${id}`;
}

export function osvName(notice: Notice): string {
  return `${fileStem(notice)}.osv.json`;
}

/** @param notice of a security release */
export function renderOsv(notice: Notice, targets: NoticeTargets): string {
  const { stream, fixes, previous, release, record } = notice;
  const upstream = new Set([...fixes.map(({ advisory }) => advisory), ...cvesOf(notice)]);
  const address = noticeAddress(targets, notice);
  const worst = [...fixes]
    .sort((a, b) => (b.cvss?.score ?? 0) - (a.cvss?.score ?? 0))
    .flatMap(({ cvss }) => osvSeverity(cvss) ?? [])[0];
  const known = [...new Set(fixes.flatMap(({ reference = '' }) => uriOf(reference) ?? []))].sort(compareText);
  return canonicalJson({
    // The first that has a prefix for databases that are not registered.
    schema_version: '1.8.0',
    id: osvId(notice),
    published: notice.issuedAt,
    modified: notice.updatedAt,
    summary: titleOf(notice),
    // CommonMark, by OSV's specification.
    details: [reasonOf(notice), ...fixes.map(fixTitle), ...whatToDo(notice)]
      .map((line) => `- ${codeSpan(line)}\n`)
      .join(''),
    upstream: [...upstream].sort(compareText),
    severity: worst === undefined ? undefined : [worst],
    affected: [
      {
        versions: previous === undefined ? [] : [previous.version],
        database_specific: {
          image: stream,
          purl: imagePurl(stream, release.version),
          fixed: release.version,
          withdrawn: record.withdrawn?.at,
          severity: severityOf(notice),
          packages: fixes.flatMap(({ packages }) => packages),
        },
      },
    ],
    references: [
      ...(address === undefined ? [] : [{ type: 'ADVISORY', url: address }]),
      ...known.map((url) => ({ type: 'ADVISORY', url })),
    ],
  });
}
