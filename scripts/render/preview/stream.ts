/** One stream of a preview. */
import type {
  Limits,
  PreviewArchitecture,
  PreviewDiff,
  PreviewImage,
  PreviewQa,
  PreviewStream,
} from '../../model/types.generated.ts';
import { codeBlock, codeSpan, details, table } from '../markdown.ts';
import { renderPackages } from './packages.ts';
import { describeQa, difference, mebibytes } from './words.ts';

const actions: Record<PreviewStream['action'], string> = {
  mint: 'A merge writes a release file and makes the image.',
  release: 'A merge makes the image that the release file asks for.',
  continue: 'A merge finishes the release.',
  extend: 'A merge copies the release to more places.',
  nothing: 'Nothing is built: the content is that of the last release.',
  held: 'Nothing is built: this content was withdrawn.',
  unpinned: 'Nobody has resolved the stream yet, so nothing is made.',
  retired: 'The stream is retired: nothing new is made.',
  blocked: 'Nothing can be built before the problems are solved.',
  gone: 'The stream is removed.',
};

/** @param lines most lines of each list */
export function renderStream(stream: PreviewStream, lines: number): string {
  const version = stream.version === undefined ? '' : ` ${codeSpan(stream.version)}`;
  return [
    `#### ${codeSpan(stream.stream)}${version}`,
    '',
    `${actions[stream.action]} Why: ${codeSpan(stream.why)}`,
    '',
    ...stream.reasons.map((reason) => `- ${codeSpan(reason)}`),
    '',
    ...stream.architectures.map((one) => renderArchitecture(one, stream, lines)),
    renderDiff('Flattened kickstart', stream.kickstart, lines),
    renderDiff('stream.yaml', stream.settings, lines),
  ].join('\n');
}

function renderArchitecture(
  { architecture, packages, image, qa, made }: PreviewArchitecture,
  { kind, last, limits }: PreviewStream,
  lines: number,
): string {
  return [
    `**${codeSpan(architecture)}**`,
    '',
    ...(packages === undefined ? [] : [renderPackages(packages, lines)]),
    ...(image === undefined ? [] : [renderImage(image, last, limits)]),
    ...(kind === 'build' ? [`Tests: ${describeQa(qa)}.`, '', ...renderFailures(qa, lines)] : []),
    renderDiff('Files, tools and checks, beside what always changes', made, lines),
  ].join('\n');
}

function renderImage(image: PreviewImage, last: string | undefined, limits: Limits | undefined): string {
  const rows = [
    ...image.files.map((file) => [
      codeSpan(file.format),
      mebibytes(file.size),
      difference(file.size, file.last),
      limits === undefined ? '' : `${limits.downloadMiB} MiB`,
    ]),
    ['disk', mebibytes(image.raw.size), difference(image.raw.size, image.lastRaw?.size), ''],
    ...(image.usedMiB === undefined
      ? []
      : [
          [
            'used in it',
            `${image.usedMiB} MiB`,
            image.lastUsedMiB === undefined ? '' : signed(image.usedMiB - image.lastUsedMiB),
            limits === undefined ? '' : `${limits.usedMiB} MiB`,
          ],
        ]),
  ];
  const against = last === undefined ? 'last release' : `against ${codeSpan(last)}`;
  return [
    table(['', 'size', against, 'limit'], rows),
    `Raw image, which a merge must build again bit for bit: SHA-256 ${codeSpan(image.raw.sha256)}`,
    '',
  ].join('\n');
}

function signed(mib: number): string {
  return `${mib < 0 ? '-' : '+'}${Math.abs(mib)} MiB`;
}

function renderFailures(qa: PreviewQa | undefined, lines: number): string[] {
  if (qa === undefined || qa.failed === 0) return [];
  const shown = qa.failures.slice(0, Math.max(5, lines)).map(({ id, where, expected, seen }) => {
    const text = [`expected: ${expected}`, 'seen:', ...seen.split('\n').slice(0, Math.max(5, lines))];
    return `${codeSpan(id)} in ${codeSpan(where)}\n${codeBlock(text, 'text')}`;
  });
  const rest = qa.failed - shown.length;
  return [...shown, ...(rest > 0 ? [`and ${rest} more: see the logs`, ''] : [])];
}

function renderDiff(title: string, diff: PreviewDiff | undefined, lines: number): string {
  if (diff === undefined) return '';
  const shown = diff.lines.slice(0, lines);
  const rest = diff.cut || shown.length < diff.lines.length;
  if (shown.length === 0) return `${title}: differs; the difference does not fit here.\n`;
  return details(title, codeBlock([...shown, ...(rest ? ['@@ and more'] : [])], 'diff'));
}
