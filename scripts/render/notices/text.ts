/**
 * A notice as mail, in the form of the distributions' announcement lists: lines of 72 characters, what is wrong, what is
 * fixed, what to do. It is clear-signed, so no line begins with a dash.
 */

import { cvesOf, type Notice, severityOf } from '../../model/notices/notice.ts';
import { compareText } from '../../model/order.ts';
import type { NoticeTargets, ReleasedFix } from '../../model/types.generated.ts';
import { whatToDo } from './advice.ts';
import { aim, clean, reasonOf, titleOf, webAddress } from './words.ts';
import { width, wrap } from './wrap.ts';

const rule = '='.repeat(width);

export function renderText(notice: Notice, targets: NoticeTargets): string {
  const parts = [
    [rule, notice.id, ...wrap(titleOf(notice)), notice.issuedAt, rule],
    facts(notice),
    wrap(reasonOf(notice)),
    notice.fixes.length === 0
      ? []
      : ['Updates, which the release before did not have:', ...notice.fixes.flatMap(describeFix)],
    ['What to do:', ...whatToDo(notice).flatMap((line) => wrap(line, '  * ', '    '))],
    images(notice),
    containers(notice),
    downloads(notice, targets),
    notice.kind === 'withdrawal' ? [] : verification(notice),
    [...wrap(aim)],
  ];
  return `${parts
    .filter((lines) => lines.length > 0)
    .map((lines) => lines.join('\n'))
    .join('\n\n')}\n`;
}

function facts(notice: Notice): string[] {
  const { release, previous, stream, record } = notice;
  const line = (name: string, text: string) => wrap(text, `${name}:`.padEnd(11), ' '.repeat(11));
  const image = line('Image', `${clean(notice.image.title)} (${stream})`);
  if (notice.kind === 'withdrawal')
    return [
      ...image,
      ...line('Withdrawn', `${release.version} (${record.withdrawn?.at ?? notice.issuedAt})`),
    ];
  const cves = cvesOf(notice);
  const before = previous === undefined ? '' : `${previous.version}, and `;
  return [
    ...image,
    ...line('Fixed', release.version),
    ...line('Affected', `${before}older releases with the packages below in older versions`),
    ...line('Severity', severityOf(notice)),
    ...(cves.length === 0 ? [] : line('CVEs', cves.join(' '))),
  ];
}

function describeFix(fix: ReleasedFix): string[] {
  const { advisory, severity, cvss, title, cves, reference, packages } = fix;
  const score = cvss === undefined ? '' : `, CVSS ${cvss.score.toFixed(1)}`;
  return [
    '',
    ...wrap(`${advisory} (${severity}${score}): ${clean(title)}`, '  ', '    '),
    ...(reference === undefined ? [] : wrap(reference, '    ')),
    ...wrap(cves.join(' '), '    '),
    ...packages.flatMap(({ name, architecture, from, to }) =>
      wrap(`${name} (${architecture}): ${from} -> ${to}`, '    ', '      '),
    ),
  ];
}

/** Whatever became of them since: the notice says what the release was. */
function images({ record: { images = [] } }: Notice): string[] {
  if (images.length === 0) return [];
  const architectures = [...new Set(images.map(({ architecture }) => architecture))].sort();
  return architectures.flatMap((architecture, index) => {
    const own = images.filter((image) => image.architecture === architecture);
    const sorted = own.sort((a, b) => compareText(a.region, b.region));
    return [
      ...(index === 0 ? [] : ['']),
      `AMIs, ${architecture}:`,
      ...sorted.map(({ region, ami }) => `  ${region.padEnd(16)} ${ami}`),
    ];
  });
}

function containers({ record: { containers = [] } }: Notice): string[] {
  if (containers.length === 0) return [];
  return [
    'Containers, by registry, to be pulled by digest:',
    ...containers.flatMap(({ registry, repository, digest }) => [
      `  ${registry}: ${repository}`,
      `  ${digest}`,
    ]),
  ];
}

function downloads({ kind, stream, release, record }: Notice, targets: NoticeTargets): string[] {
  const files = record.architectures.flatMap(({ artifacts }) => artifacts);
  if (kind === 'withdrawal' || record.mirrors.length === 0) return [];
  const folder = `${stream}/${release.version}`;
  const sorted = [...files].sort((a, b) => compareText(a.name, b.name));
  return [
    'Downloads, with their SHA-256:',
    `  ${webAddress(targets, folder) ?? `${folder}/ on the mirrors`}`,
    ...sorted.flatMap(({ name, sha256 }) => ['', `  ${name}`, `  ${sha256}`]),
  ];
}

function verification({ record: { documents = [] } }: Notice): string[] {
  const checksum = documents.find(({ kind }) => kind === 'checksum')?.name;
  if (checksum === undefined) return [];
  return [
    'How to verify, with the keys of releases/keys (see docs/verify.md):',
    '  gpgv --keyring ./keyring.gpg --output digests.txt \\',
    `    ${checksum}`,
    '  sha256sum --check --strict --ignore-missing digests.txt',
  ];
}
