/** How programs find a stream's CSAF documents: provider-metadata.json and a ROLIE feed (CSAF 2.0, 7.1.7 and 7.1.15). */
import { canonicalJson } from '../../model/canonical-json.ts';
import type { Notice } from '../../model/notices/notice.ts';
import type { NoticePublisher, NoticeTargets } from '../../model/types.generated.ts';
import { newestDate } from './atom.ts';
import { csafAddress, csafFolder, csafPublisher } from './csaf.ts';
import { clean, fileStem, noticesFolder, titleOf, webAddress } from './words.ts';

export const rolieName = 'feed-tlp-white.json';
export const providerName = 'provider-metadata.json';

/** Their texts by name; none without addresses, for both consist of them. @param notices of security releases, newest first */
export function renderProvider(
  notices: readonly Notice[],
  targets: NoticeTargets,
  publisher: NoticePublisher,
): Record<string, string> {
  const [first] = notices;
  if (first === undefined) return {};
  const folder = `${noticesFolder(first.stream)}/${csafFolder}`;
  const feed = webAddress(targets, `${folder}/${rolieName}`);
  const self = webAddress(targets, `${folder}/${providerName}`);
  if (feed === undefined || self === undefined) return {};
  return {
    [rolieName]: canonicalJson({ feed: rolieFeed(notices, feed, targets, first) }),
    [providerName]: canonicalJson({
      canonical_url: self,
      distributions: [
        {
          rolie: {
            feeds: [{ summary: `Notices of ${clean(first.image.title)}`, tlp_label: 'WHITE', url: feed }],
          },
        },
      ],
      last_updated: newestDate(notices),
      list_on_CSAF_aggregators: true,
      metadata_version: '2.0',
      mirror_on_CSAF_aggregators: true,
      publisher: csafPublisher(publisher),
      role: 'csaf_provider',
    }),
  };
}

function rolieFeed(
  notices: readonly Notice[],
  self: string,
  targets: NoticeTargets,
  { image }: Notice,
): object {
  return {
    id: 'feed-tlp-white',
    title: `Notices of ${clean(image.title)}`,
    link: [{ rel: 'self', href: self }],
    category: [{ scheme: 'urn:ietf:params:rolie:category:information-type', term: 'csaf' }],
    updated: newestDate(notices),
    entry: notices.flatMap((notice) => {
      const address = csafAddress(targets, notice);
      if (address === undefined) return [];
      return [
        {
          id: fileStem(notice),
          title: titleOf(notice),
          link: [{ rel: 'self', href: address }],
          published: notice.issuedAt,
          updated: notice.updatedAt,
          content: { type: 'application/json', src: address },
          format: {
            schema: 'https://docs.oasis-open.org/csaf/csaf/v2.0/csaf_json_schema.json',
            version: '2.0',
          },
        },
      ];
    }),
  };
}
