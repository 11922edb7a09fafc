/** A notice as GitHub's Markdown, for the notes of a release there. What others wrote stands in code spans. */

import { type Notice, severityOf } from '../../model/notices/notice.ts';
import { compareText } from '../../model/order.ts';
import type { NoticeTargets, PublishedRecord, ReleasedFix } from '../../model/types.generated.ts';
import { codeSpan, table } from '../markdown.ts';
import { whatToDo } from './advice.ts';
import { aim, noticeAddress, reasonOf, titleOf } from './words.ts';

export function renderMarkdown(notice: Notice, targets: NoticeTargets): string {
  const { previous, fixes } = notice;
  const address = noticeAddress(targets, notice);
  const affected = `${previous === undefined ? '' : `${previous.version}, and `}older releases with the packages below in older versions`;
  const parts = [
    `## ${codeSpan(notice.id)}\n\n${codeSpan(titleOf(notice))}\n\n${codeSpan(reasonOf(notice))}\n`,
    fixes.length === 0
      ? ''
      : `Fixed: ${notice.release.version}. Affected: ${affected}. Severity: ${severityOf(notice)}.\n`,
    ...fixes.map(describeFix),
    `### What to do\n\n${whatToDo(notice)
      .map((line) => `- ${codeSpan(line)}\n`)
      .join('')}`,
    renderImages(notice.record),
    notice.kind === 'withdrawal' ? '' : renderFiles(notice.record),
    `${address === undefined ? '' : `The notice as text: <${address}>\n\n`}${aim}\n`,
  ];
  return parts.filter((part) => part !== '').join('\n');
}

function describeFix({ advisory, severity, cvss, title, cves, packages }: ReleasedFix): string {
  const rows = packages.map(({ name, architecture, from, to }) => [
    codeSpan(name),
    architecture,
    codeSpan(from),
    codeSpan(to),
  ]);
  const score = cvss === undefined ? '' : `, CVSS ${cvss.score.toFixed(1)}`;
  return [
    `### ${codeSpan(advisory)}\n`,
    `${codeSpan(title)} (${severity}${score}) ${cves.map(codeSpan).join(' ')}`.trimEnd(),
    '',
    table(['package', 'architecture', 'before', 'now'], rows),
  ].join('\n');
}

/** Whatever became of them since. Empty without any. */
export function renderImages({ images = [] }: Pick<PublishedRecord, 'images'>): string {
  if (images.length === 0) return '';
  const rows = [...images]
    .sort((a, b) => compareText(a.architecture, b.architecture) || compareText(a.region, b.region))
    .map(({ region, architecture, ami }) => [region, architecture, codeSpan(ami)]);
  return `### AMIs\n\n${table(['region', 'architecture', 'AMI'], rows)}`;
}

export function renderFiles({
  architectures,
  containers = [],
}: Pick<PublishedRecord, 'architectures' | 'containers'>): string {
  const rows = [
    ...architectures.flatMap(({ artifacts }) =>
      artifacts.map(({ name, sha256 }) => [codeSpan(name), codeSpan(sha256)]),
    ),
    ...containers.map(({ registry, repository, digest }) => [
      `${codeSpan(repository)} in ${codeSpan(registry)}`,
      codeSpan(digest),
    ]),
  ];
  return `### Files\n\n${table(['file', 'SHA-256'], rows)}`;
}
