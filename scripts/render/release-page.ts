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
  const parts = [
    ...(withdrawal === undefined ? [] : [renderMarkdown(withdrawal, targets)]),
    security === undefined ? describe(release, record, targets) : renderMarkdown(security, targets),
  ];
  const withdrawn = withdrawal !== undefined;
  return {
    tag: `${stream}/${version}`,
    file: recordPath(stream, version),
    title: `${clean(image.title)} ${version}${withdrawn ? ' (withdrawn)' : ''}`,
    body: shorten(parts.join('\n').trimEnd()),
    withdrawn,
  };
}

/** What a release without security updates is. */
function describe(release: Release, record: PublishedRecord, targets: NoticeTargets): string {
  const { stream, version, commit, architectures, mirrors } = record;
  const folder = `${stream}/${version}`;
  const site = mirrors.length === 0 ? undefined : webAddress(targets, folder);
  const before = architectures.find(({ comparison }) => comparison !== undefined)?.comparison?.previous;
  const lines = [
    `Release file: ${codeSpan(`releases/${folder}.yaml`)}, built from commit ${commit}.`,
    before === undefined
      ? `What is on it: ${codeSpan(`pins.*.yaml`)} beside the release file.`
      : `Compared with ${before}. What changed: the history of ${codeSpan('pins.*.yaml')} beside the release file.`,
    ...architectures.map(({ architecture, packages }) => `${architecture}: ${packages} packages.`),
  ];
  const parts = [
    `## ${codeSpan(folder)}\n\n${codeSpan(clean(release.reason))}\n`,
    lines.map((line) => `- ${line}\n`).join(''),
    renderImages(record),
    renderFiles(record),
    mirrors.length === 0
      ? ''
      : `Downloads: ${site === undefined ? `${codeSpan(`${folder}/`)} on the mirrors` : `<${site}/>`}. How to verify them: ${codeSpan('docs/verify.md')}\n`,
    `${aim}\n`,
  ];
  return parts.filter((part) => part !== '').join('\n');
}

function shorten(body: string): string {
  if (body.length <= longest) return body;
  const cut = body.slice(0, longest);
  return `${cut.slice(0, cut.lastIndexOf('\n'))}\n\nThis page is cut here: the release file has all of it.`;
}
