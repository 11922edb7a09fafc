/**
 * Who gives CSAF documents and where: one provider-metadata.json for all streams (CSAF 2.0, 7.1.7), at the place where programs look
 * for it (7.1.9), with the public keys beside it (7.1.20).
 */
import { canonicalJson } from '../../model/canonical-json.ts';
import type { Notice } from '../../model/notices/notice.ts';
import type { NoticePublisher, NoticeTargets } from '../../model/types.generated.ts';
import { newestDate } from './atom.ts';
import { csafPublisher } from './csaf.ts';
import { rolieAddress } from './csaf-rolie.ts';
import { clean, webAddress } from './words.ts';

/** Below the top folder of the mirrors. */
export const providerFolder = '.well-known/csaf';
export const keysFolder = `${providerFolder}/openpgp`;
export const providerName = 'provider-metadata.json';

/** A stream whose notices are on the mirrors. */
export interface ToldStream {
  stream: string;
  title: string;
  /** Of security releases, at least one. */
  notices: readonly Pick<Notice, 'updatedAt'>[];
}

/** As 7.1.20 has it: the name is the fingerprint. */
export function keyName(fingerprint: string): string {
  return `${fingerprint}.asc`;
}

/**
 * Undefined without addresses, for it consists of them, and without streams.
 * @param streams by id
 * @param keys fingerprints, sorted
 */
export function renderProvider(
  streams: readonly ToldStream[],
  keys: readonly string[],
  targets: NoticeTargets,
  publisher: NoticePublisher,
): string | undefined {
  const self = webAddress(targets, `${providerFolder}/${providerName}`);
  const feeds = streams.flatMap(({ stream, title }) => {
    const url = rolieAddress(targets, stream);
    const summary = `Notices of ${clean(title)} (${stream})`;
    return url === undefined ? [] : [{ summary, tlp_label: 'WHITE', url }];
  });
  if (self === undefined || feeds.length === 0) return undefined;
  return canonicalJson({
    canonical_url: self,
    distributions: [{ rolie: { feeds } }],
    last_updated: newestDate(streams.flatMap(({ notices }) => notices)),
    list_on_CSAF_aggregators: true,
    metadata_version: '2.0',
    mirror_on_CSAF_aggregators: true,
    ...(keys.length === 0
      ? {}
      : {
          public_openpgp_keys: keys.flatMap((fingerprint) => {
            const url = webAddress(targets, `${keysFolder}/${keyName(fingerprint)}`);
            return url === undefined ? [] : [{ fingerprint, url }];
          }),
        }),
    publisher: csafPublisher(publisher),
    role: 'csaf_provider',
  });
}
