/** Notices of a stream as JSON Feed 1.1 (https://www.jsonfeed.org/version/1.1/), with content as text. */
import { canonicalJson } from '../../model/canonical-json.ts';
import { type Notice, severityOf } from '../../model/notices/notice.ts';
import type { NoticeTargets } from '../../model/types.generated.ts';
import { renderText } from './text.ts';
import { clean, noticeAddress, noticesFolder, titleOf, uriOf, webAddress } from './words.ts';

export const jsonFeedName = 'feed.json';

/** @param notices newest first, at least one */
export function renderJsonFeed(notices: readonly Notice[], targets: NoticeTargets): string {
  const [first] = notices;
  const { publisher } = targets;
  return canonicalJson({
    version: 'https://jsonfeed.org/version/1.1',
    title: `Notices of ${clean(first?.image.title ?? '')}`,
    language: 'en',
    feed_url: webAddress(targets, `${noticesFolder(first?.stream ?? '')}/${jsonFeedName}`),
    authors: publisher && [{ name: clean(publisher.name), url: uriOf(publisher.namespace) }],
    items: notices.map((notice) => ({
      id: notice.id,
      url: noticeAddress(targets, notice),
      title: titleOf(notice),
      content_text: renderText(notice, targets),
      date_published: notice.issuedAt,
      date_modified: notice.updatedAt,
      tags: notice.kind === 'security' ? ['security', severityOf(notice)] : ['withdrawal'],
    })),
  });
}
