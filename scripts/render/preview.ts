/** The comment that shows a preview: Markdown, with every text that is not ours in code. */
import type { Preview, PreviewStream } from '../model/types.generated.ts';
import { codeBlock, codeSpan, table } from './markdown.ts';
import { renderStream } from './preview/stream.ts';
import { describeQa, describeSize } from './preview/words.ts';

/** Our comment is known by this first line, and by its author. */
export const marker = '<!-- aperiodic: preview -->';

/** GitHub takes 65,536 characters. */
const maxCharacters = 60_000;

/** What is known from GitHub itself, not from the preview. */
export interface Known {
  /** Paths of the pull request that are code, and how many there are. */
  code?: { paths: readonly string[]; count: number };
  /** Address of the run that built it. */
  logs?: string;
}

/** The same preview gives the same text. Where there is too much, lists are cut, then left out, each time saying so. */
export function renderPreview(preview: Preview, known: Known = {}): string {
  for (const lines of [1000, 200, 40, 0]) {
    // So much never fits: it is not even tried.
    if (lines * preview.streams.length > 20_000) continue;
    const text = renderWhole(preview, known, lines);
    if (text.length <= maxCharacters) return text;
  }
  for (const most of [20, 5, 1]) {
    const text = renderStart(preview, known, most);
    if (text.length <= maxCharacters) return text;
  }
  return renderStart(preview, known, 0);
}

/** Whole parts only: a cut through code would let loose what is in it. */
function renderStart(preview: Preview, known: Known, most: number): string {
  const streams = preview.streams.slice(0, most);
  const note = `${preview.streams.length - streams.length} more streams do not fit here: see the logs.\n`;
  const { problems, problemCount } = preview;
  const fewer = { ...preview, streams, problems: problems.slice(0, 5), problemCount };
  return `${renderWhole(fewer, known, 0, summarize(preview))}\n${note}`;
}

function renderWhole(
  preview: Preview,
  known: Known,
  lines: number,
  summary: string = summarize(preview),
): string {
  const { streams, head } = preview;
  return [
    marker,
    '### What merging this brings about',
    '',
    `${summary} For ${codeSpan(head.slice(0, 12))}.${renderLogs(known.logs)}`,
    '',
    ...renderCode(known.code),
    ...renderProblems(preview, lines),
    ...(streams.length === 0 ? [] : [table(columns, streams.flatMap(overview))]),
    ...streams.map((stream) => renderStream(stream, lines)),
  ].join('\n');
}

/** One sentence. */
export function summarize({ streams, problemCount }: Preview): string {
  const count = (kind: PreviewStream['kind']) => streams.filter((stream) => stream.kind === kind).length;
  const parts = [
    [count('build'), 'new image', 'new images'],
    [count('release'), 'release without a build', 'releases without a build'],
    [count('retire'), 'stream ends', 'streams end'],
    [problemCount, 'problem', 'problems'],
  ] as const;
  const said = parts.flatMap(([n, one, many]) => (n === 0 ? [] : [`${n} ${n === 1 ? one : many}`]));
  return said.length === 0 ? 'Nothing is built or released.' : `${said.join(', ')}.`;
}

/** Whether it may be merged as far as this preview knows: sound files, and every new image built and tested. */
export function concludePreview({ streams, problemCount }: Preview): 'success' | 'failure' {
  const untested = streams.some(
    ({ kind, architectures }) =>
      kind === 'build' && architectures.some(({ image, qa }) => !image || !qa || qa.failed > 0),
  );
  return problemCount > 0 || untested ? 'failure' : 'success';
}

const columns = ['stream', 'architecture', 'a merge', 'download', 'tests'];
const merges = {
  build: 'makes an image',
  release: 'releases',
  retire: 'ends the stream',
  none: 'makes nothing',
};

function overview({ stream, kind, architectures, limits }: PreviewStream): string[][] {
  const rows = architectures.map((one) => [
    codeSpan(stream),
    codeSpan(one.architecture),
    merges[kind],
    describeSize(one.image, limits),
    kind === 'build' ? describeQa(one.qa) : '',
  ]);
  return rows.length === 0 ? [[codeSpan(stream), '', merges[kind], '', '']] : rows;
}

function renderLogs(logs: string | undefined): string {
  if (logs === undefined || !/^https?:\/\/[A-Za-z0-9.:-]+(\/[A-Za-z0-9._-]+)+$/.test(logs)) return '';
  return ` [Logs and images](${logs})`;
}

function renderCode(code: Known['code']): string[] {
  if (code === undefined || code.count === 0) return [];
  const shown = code.paths.slice(0, 20);
  const rest = code.count - shown.length;
  return [
    `**This also changes code: ${code.count} ${code.count === 1 ? 'file' : 'files'}.** What tests say below was said by that code.`,
    codeBlock([...shown, ...(rest > 0 ? [`and ${rest} more`] : [])], 'text'),
  ];
}

function renderProblems({ problems, problemCount }: Preview, lines: number): string[] {
  if (problemCount === 0) return [];
  const shown = problems.slice(0, Math.max(5, lines)).map(({ file, line, message }) => {
    const place = file === undefined ? '' : `${file}${line === undefined ? '' : `:${line}`}: `;
    return `- ${codeSpan(`${place}${message}`)}`;
  });
  const rest = problemCount - shown.length;
  return ['**Problems**', '', ...shown, ...(rest > 0 ? [`- and ${rest} more: see the logs`] : []), ''];
}
