/** Everything that a stream's notices are on mirrors, by name below the folder of the stream's notices. */
import type { Notice } from '../../model/notices/notice.ts';
import type { NoticeTargets } from '../../model/types.generated.ts';
import { atomName, renderAtom } from './atom.ts';
import { csafFolder, csafName, renderCsaf } from './csaf.ts';
import { renderRolie, rolieName } from './csaf-rolie.ts';
import { jsonFeedName, renderJsonFeed } from './json-feed.ts';
import { openvexName, renderOpenvex } from './openvex.ts';
import { osvName, renderOsv } from './osv.ts';
import { renderText } from './text.ts';
import { renderUpdateinfo, updateinfoName } from './updateinfo.ts';
import { fileStem } from './words.ts';

/** Feeds show this many of the newest; the files of all stay. */
const feedLength = 50;

/** Of all the files, clear-signed: it is written last, and what it names is there. */
export const noticesChecksum = 'CHECKSUM';

/** @param notices newest first, at least one */
export function renderNoticeFiles(notices: readonly Notice[], targets: NoticeTargets): Map<string, string> {
  const files = new Map<string, string>();
  const { publisher } = targets;
  const security = notices.filter(({ kind }) => kind === 'security');
  const newest = notices.slice(0, feedLength);
  for (const notice of notices) files.set(`${fileStem(notice)}.txt`, renderText(notice, targets));
  for (const notice of security) {
    files.set(osvName(notice), renderOsv(notice, targets));
    if (publisher === undefined) continue;
    files.set(`${csafFolder}/${csafName(notice)}`, renderCsaf(notice, targets, publisher));
    const vex = renderOpenvex(notice, publisher);
    if (vex !== undefined) files.set(openvexName(notice), vex);
  }
  files.set(atomName, renderAtom(newest, targets));
  files.set(jsonFeedName, renderJsonFeed(newest, targets));
  if (security.length > 0) files.set(updateinfoName, renderUpdateinfo(notices, targets));
  if (publisher === undefined) return files;
  const rolie = renderRolie(security, targets);
  if (rolie !== undefined) files.set(`${csafFolder}/${rolieName}`, rolie);
  return files;
}
