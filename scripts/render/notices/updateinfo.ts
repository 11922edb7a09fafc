/**
 * Security releases of a stream in the form in which rpm repositories tell of theirs, with images for packages: name,
 * version YYYYMMDD and release N. Releases that were withdrawn are left out, for nobody should update to them.
 */

import { cvesOf, type Notice, severityOf } from '../../model/notices/notice.ts';
import { compareText } from '../../model/order.ts';
import type { NoticeTargets } from '../../model/types.generated.ts';
import { whatToDo } from './advice.ts';
import { capital, clean, fixTitle, reasonOf, titleOf } from './words.ts';
import { element, renderXml, type XmlElement } from './xml.ts';

export const updateinfoName = 'updateinfo.xml';

/** @param notices of one stream */
export function renderUpdateinfo(notices: readonly Notice[], targets: NoticeTargets): string {
  const shown = notices.filter(({ kind, record }) => kind === 'security' && record.withdrawn === undefined);
  return renderXml(
    element(
      'updates',
      {},
      shown.map((notice) => renderUpdate(notice, targets)),
    ),
  );
}

function renderUpdate(notice: Notice, { from, publisher }: NoticeTargets): XmlElement {
  const severity = severityOf(notice);
  return element(
    'update',
    {
      from: from?.address ?? clean(publisher?.name ?? ''),
      status: 'final',
      type: 'security',
      version: '1',
    },
    [
      element('id', {}, notice.id),
      element('title', {}, titleOf(notice)),
      element('issued', { date: dateTime(notice.issuedAt) }),
      element('updated', { date: dateTime(notice.updatedAt) }),
      element('severity', {}, severity === 'unknown' ? 'None' : capital(severity)),
      element('release', {}, clean(notice.image.title)),
      element('summary', {}, reasonOf(notice)),
      element('description', {}, notice.fixes.map(fixTitle).join('\n')),
      element('solution', {}, whatToDo(notice).join('\n')),
      element('references', {}, references(notice)),
      element('pkglist', {}, [
        element('collection', { short: notice.stream }, [
          element('name', {}, clean(notice.image.title)),
          ...packages(notice),
        ]),
      ]),
    ],
  );
}

/** `2026-12-01 10:00:00`. */
function dateTime(timestamp: string): string {
  return timestamp.replace('T', ' ').replace('Z', '');
}

function references(notice: Notice): XmlElement[] {
  const cves = cvesOf(notice).map((id) =>
    element('reference', { href: `https://www.cve.org/CVERecord?id=${id}`, id, type: 'cve', title: id }),
  );
  const advisories = notice.fixes.flatMap((fix) =>
    fix.reference === undefined
      ? []
      : [
          element('reference', {
            href: fix.reference,
            id: fix.advisory,
            type: 'other',
            title: fixTitle(fix),
          }),
        ],
  );
  return [...cves, ...advisories];
}

function packages({ image, record }: Notice): XmlElement[] {
  const [version = '', release = ''] = record.version.split('.');
  return record.architectures.flatMap(({ architecture, artifacts }) =>
    [...artifacts]
      .sort((a, b) => compareText(a.name, b.name))
      .map(({ name, sha256 }) =>
        element('package', { name: image.name, version, release, epoch: '0', arch: architecture }, [
          element('filename', {}, name),
          element('sum', { type: 'sha256' }, sha256),
        ]),
      ),
  );
}
