/** Notices of a stream as an Atom feed (RFC 4287). Everything in it is text, never HTML. */
import type { Notice } from '../../model/notices/notice.ts';
import type { NoticeTargets } from '../../model/types.generated.ts';
import { nameUuid } from '../documents/name-uuid.ts';
import { renderText } from './text.ts';
import { clean, noticeAddress, noticesFolder, titleOf, webAddress } from './words.ts';
import { element, renderXml, type XmlElement } from './xml.ts';

export const atomName = 'feed.atom';

/** @param notices newest first, at least one */
export function renderAtom(notices: readonly Notice[], targets: NoticeTargets): string {
  const [first] = notices;
  const { image, stream = '' } = first ?? {};
  const self = webAddress(targets, `${noticesFolder(stream)}/${atomName}`);
  return renderXml(
    element('feed', { xmlns: 'http://www.w3.org/2005/Atom' }, [
      element('id', {}, `urn:uuid:${nameUuid(`notices of ${stream}`)}`),
      element('title', {}, `Notices of ${clean(image?.title ?? '')}`),
      element('updated', {}, newestDate(notices)),
      element('author', {}, [element('name', {}, clean(targets.publisher?.name ?? image?.title ?? ''))]),
      ...(self === undefined
        ? []
        : [element('link', { rel: 'self', type: 'application/atom+xml', href: self })]),
      ...notices.map((notice) => renderEntry(notice, targets)),
    ]),
  );
}

export function newestDate(notices: readonly Pick<Notice, 'updatedAt'>[]): string {
  return notices.map(({ updatedAt }) => updatedAt).reduce((a, b) => (a > b ? a : b), '1970-01-01T00:00:00Z');
}

function renderEntry(notice: Notice, targets: NoticeTargets): XmlElement {
  const address = noticeAddress(targets, notice);
  return element('entry', {}, [
    element('id', {}, `urn:uuid:${nameUuid(notice.id)}`),
    element('title', { type: 'text' }, `${notice.id}: ${titleOf(notice)}`),
    element('published', {}, notice.issuedAt),
    element('updated', {}, notice.updatedAt),
    element('category', { term: notice.kind }),
    ...(address === undefined
      ? []
      : [element('link', { rel: 'alternate', type: 'text/plain', href: address })]),
    element('content', { type: 'text' }, renderText(notice, targets)),
  ]);
}
