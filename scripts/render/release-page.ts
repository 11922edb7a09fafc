/** The page of a release at a forge: its notices where it has any, else what it is. Markdown of GitHub. */
import type { Notice } from '../model/notices/notice.ts';
import type { ReleasePage } from '../model/release-page.ts';
import { recordPath } from '../model/streams.ts';
import type { NoticeTargets, PublishedRecord, Release } from '../model/types.generated.ts';
import { codeSpan } from './markdown.ts';
import { renderFiles, renderImages, renderMarkdown } from './notices/markdown.ts';
import { aim, clean, webAddress } from './notices/words.ts';

/** Characters: GitHub takes 125,000. */
const longest = 120_000;

export interface PageSource {
  image: Pick<Notice['image'], 'title'>;
  release: Release;
  record: PublishedRecord;
  /** Of this release. */
  notices: readonly Notice[];
}

export function renderReleasePage(
  { image, release, record, notices }: PageSource,
  targets: NoticeTargets,
): ReleasePage {
  const { stream, version } = record;
  const withdrawal = notices.find(({ kind }) => kind === 'withdrawal');
  const security = notices.find(({ kind }) => kind === 'security');
  const withdrawn = withdrawal !== undefined;
  const parts = [
    ...(withdrawn ? [renderMarkdown(withdrawal, targets)] : []),
    security === undefined ? describe(release, record) : renderMarkdown(security, targets),
    ...(withdrawn || record.mirrors.length === 0 ? [] : [downloads(record, targets)]),
  ];
  return {
    tag: nameOf(record),
    file: recordPath(stream, version),
    title: `${clean(image.title)} ${version}${withdrawn ? ' (withdrawn)' : ''}`,
    body: shorten(parts.join('\n').trimEnd()),
    withdrawn,
  };
}

/** What a release without security updates is. */
function describe(release: Release, record: PublishedRecord): string {
  const { commit, architectures } = record;
  const name = nameOf(record);
  const before = architectures.find(({ comparison }) => comparison !== undefined)?.comparison?.previous;
  const pins = `${codeSpan('pins.*.yaml')} beside the release file`;
  const lines = [
    `Release file: ${codeSpan(`releases/${name}.yaml`)}, built from commit ${commit}.`,
    before === undefined
      ? `Packages: ${pins}.`
      : `The release before: ${before}. What changed: the history of ${pins}.`,
    ...architectures.map(({ architecture, packages }) => `Packages of ${architecture}: ${packages}.`),
  ];
  const parts = [
    `## ${codeSpan(name)}\n\n${codeSpan(clean(release.reason))}\n`,
    lines.map((line) => `- ${line}\n`).join(''),
    renderImages(record),
    renderFiles(record),
    `${aim}\n`,
  ];
  return parts.filter((part) => part !== '').join('\n');
}

function downloads(record: PublishedRecord, targets: NoticeTargets): string {
  const name = nameOf(record);
  const address = webAddress(targets, name);
  const where = address === undefined ? `${codeSpan(`${name}/`)} on the mirrors` : `<${address}/>`;
  return `Downloads: ${where}. How to verify them: ${codeSpan('docs/verify.md')}.`;
}

/** Of its tag, and of its folder on mirrors. */
function nameOf({ stream, version }: Pick<PublishedRecord, 'stream' | 'version'>): string {
  return `${stream}/${version}`;
}

function shorten(body: string): string {
  if (body.length <= longest) return body;
  const cut = body.slice(0, longest);
  return `${cut.slice(0, cut.lastIndexOf('\n'))}\n\nThis page is cut here: the release file has all of it.`;
}
