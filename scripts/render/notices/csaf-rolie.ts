/** How programs find a stream's CSAF documents: a ROLIE feed (CSAF 2.0, 7.1.15), which csaf-provider.ts lists. */
import { canonicalJson } from '../../model/canonical-json.ts';
import type { Notice } from '../../model/notices/notice.ts';
import type { NoticeTargets } from '../../model/types.generated.ts';
import { newestDate } from './atom.ts';
import { csafAddress, csafFolder } from './csaf.ts';
import { clean, fileStem, noticesFolder, titleOf, webAddress } from './words.ts';

export const rolieName = 'feed-tlp-white.json';

/** Undefined without addresses, for it consists of them. */
export function rolieAddress(targets: NoticeTargets, stream: string): string | undefined {
  return webAddress(targets, `${noticesFolder(stream)}/${csafFolder}/${rolieName}`);
}

/** Undefined when there is nothing to list, or no address. @param notices of security releases, newest first */
export function renderRolie(notices: readonly Notice[], targets: NoticeTargets): string | undefined {
  const [first] = notices;
  const self = first && rolieAddress(targets, first.stream);
  if (first === undefined || self === undefined) return undefined;
  return canonicalJson({
    feed: {
      id: 'feed-tlp-white',
      title: `Notices of ${clean(first.image.title)}`,
      link: [{ rel: 'self', href: self }],
      category: [{ scheme: 'urn:ietf:params:rolie:category:information-type', term: 'csaf' }],
      updated: newestDate(notices),
      entry: notices.flatMap((notice) => {
        const address = csafAddress(targets, notice);
        return address === undefined ? [] : [renderEntry(notice, address)];
      }),
    },
  });
}

function renderEntry(notice: Notice, address: string): object {
  return {
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
  };
}
