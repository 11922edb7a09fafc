/** Words and names that the formats of a notice share. */
import type { Notice } from '../../model/notices/notice.ts';
import { severityOf } from '../../model/notices/notice.ts';
import type { NoticeTargets, ReleasedFix } from '../../model/types.generated.ts';
import { plainLine } from '../markdown.ts';

/** Characters of a title or reason. */
const most = 500;

/** What others wrote, on one line, without characters that control, hide or reorder text. */
export function clean(text: string): string {
  const line = plainLine(text, most).replace(/ +/g, ' ').trim();
  // Most formats want some text.
  return line === '' ? '(empty)' : line;
}

/** An address of the web as a URI (RFC 3986), which some formats ask for; undefined when it is none. */
export function uriOf(address: string): string | undefined {
  if (!URL.canParse(address)) return undefined;
  // One that is a URI stays as it is written: it may be a name as well.
  if (encodeUri(address) === address) return address;
  return encodeUri(new URL(address).href);
}

function encodeUri(address: string): string {
  const [before = '', ...fragment] = address
    .replace(/%(?![0-9A-Fa-f]{2})/g, '%25')
    .replace(/\p{Cs}/gu, '\uFFFD')
    .replace(/[^A-Za-z0-9\-._~:/?#@!$&'()*+,;=%]/gu, (character) => encodeURIComponent(character))
    .split('#');
  return fragment.length === 0 ? before : `${before}#${fragment.join('%23')}`;
}

/** `Important security update of Debian 12 Cloud Base 20261201.0`. */
export function titleOf(notice: Notice): string {
  const name = `${clean(notice.image.title)} ${notice.release.version}`;
  if (notice.kind === 'withdrawal') return `${name} was withdrawn`;
  const severity = severityOf(notice);
  return severity === 'unknown'
    ? `Security update of ${name}`
    : `${capital(severity)} security update of ${name}`;
}

export function capital(word: string): string {
  return word.slice(0, 1).toUpperCase() + word.slice(1);
}

/** Why the release was made, or was withdrawn. */
export function reasonOf({ kind, release, record }: Notice): string {
  return clean(kind === 'withdrawal' ? (record.withdrawn?.reason ?? '') : release.reason);
}

/** `DSA-5532-1: openssl - security update`. */
export function fixTitle({ advisory, title }: ReleasedFix): string {
  return `${advisory}: ${clean(title)}`;
}

export const aim =
  'We aim at bringing security updates into images soon, and promise nothing. Read docs/notices.md of the repository for what notices say and what they do not.';

/** Name of a file of the notice: lower case, and `_` for what CSAF 2.0, 5.1, does not allow. */
export function fileStem({ id }: Pick<Notice, 'id'>): string {
  return id.toLowerCase().replace(/[^+\-a-z0-9]+/g, '_');
}

/** Folder of the stream's notices on mirrors. */
export function noticesFolder(stream: string): string {
  return `${stream}/notices`;
}

/** Address of a file on the web; undefined when nobody said where the mirrors are. */
export function webAddress({ site }: NoticeTargets, path: string): string | undefined {
  return site === undefined ? undefined : `${site}/${path}`;
}

/** Address of the text of a notice. */
export function noticeAddress(targets: NoticeTargets, notice: Notice): string | undefined {
  return webAddress(targets, `${noticesFolder(notice.stream)}/${fileStem(notice)}.txt`);
}
