/** What the demo shows at its end: files, checksums, QA, and where things are. */

import { describeComparison } from '../../model/comparison.ts';
import { describeBoots } from '../../model/qa/report.ts';
import { streamDocumentName } from '../../model/stream-document.ts';
import type { LaunchReport, PublishedRecord } from '../../model/types.generated.ts';
import type { DemoFolders } from './demo.ts';
import { publicKeyOf } from './keys.ts';

export interface DemoResult {
  folders: DemoFolders;
  /** The commit at the head of the origin's main branch. */
  head: string;
  nothingToDo: boolean;
  release: { path: string; text: string } | undefined;
  record: { value: PublishedRecord; text: string } | undefined;
}

export function describeDemo({ folders, head, nothingToDo, release, record }: DemoResult): string {
  const sections: string[] = [];
  if (nothingToDo)
    sections.push(
      'There is nothing to do: the newest release is recorded, on every mirror and in every region.',
    );
  if (release !== undefined) sections.push(heading(release.path), release.text.trimEnd());
  if (record !== undefined) {
    const { value } = record;
    sections.push(
      heading(release?.path.replace(/\.yaml$/, '.published.yaml') ?? 'record'),
      shorten(record.text),
    );
    sections.push(heading('Artifacts'), artifacts(value), heading('QA'), qa(value));
    if (value.images !== undefined) sections.push(heading('AMIs (in the local cloud)'), images(value));
  }
  if (record?.value.documents !== undefined)
    sections.push(
      heading('Verify it (signed by a throw-away key: do not trust it)'),
      verification(folders, record.value),
    );
  sections.push(heading('Where things are'), places(folders, head, record?.value));
  return sections.join('\n');
}

function heading(text: string): string {
  return `\n── ${text} ──`;
}

/** The record names every check; the summary below says the same in fewer lines. */
function shorten(text: string): string {
  let hidden: number | undefined;
  return text
    .trimEnd()
    .split('\n')
    .flatMap((line) => {
      const indent = /^\s*/.exec(line)?.[0].length ?? 0;
      if (hidden !== undefined && (indent > hidden || /^\s*-/.test(line.slice(hidden)))) return [];
      hidden = /^\s+results:/.test(line) ? indent : undefined;
      return hidden === undefined
        ? [line]
        : [line, `${' '.repeat(indent + 2)}# one line a check: see the file`];
    })
    .join('\n');
}

function artifacts(record: PublishedRecord): string {
  const rows = record.architectures.flatMap((part) => [
    ...part.artifacts.map(({ name, size, sha256 }) => [name, mebibytes(size), sha256]),
    [`(${part.architecture} raw disk, not published)`, mebibytes(part.raw.size), part.raw.sha256],
  ]);
  return table([['FILE', 'SIZE', 'SHA-256'], ...rows]);
}

function images(record: PublishedRecord): string {
  const rows = (record.images ?? []).map(({ region, architecture, ami, snapshot, state }) => [
    region,
    architecture,
    ami,
    snapshot,
    state,
  ]);
  return table([['REGION', 'ARCH', 'AMI', 'SNAPSHOT', 'STATE'], ...rows]);
}

function qa(record: PublishedRecord): string {
  const lines = record.architectures.flatMap(({ architecture, qa: report, comparison, launch }) => {
    const passed = report.results.filter(({ result }) => result === 'passed').length;
    return [
      `${architecture}: ${passed} of ${report.results.length} checks passed in ${describeBoots(report)}`,
      ...(comparison === undefined
        ? []
        : [`${architecture}: beside ${comparison.previous}, ${describeComparison(comparison)}`]),
      ...(launch === undefined ? [] : [`${architecture}: ${describeLaunch(launch)}`]),
    ];
  });
  return lines.join('\n');
}

/** Commands for what a user would download from the mirror. */
function verification({ mirror, key }: DemoFolders, record: PublishedRecord): string {
  const keyring = `--keyring ${publicKeyOf(key)}`;
  const [image] = record.images ?? [];
  const ami = image === undefined ? '' : ` --ami ${image.ami} --region ${image.region}`;
  return [
    ...record.mirrors.map(({ path }) => `npx aperiodic verify ${mirror}/${path} ${keyring}`),
    `npx aperiodic verify --stream ${mirror}/${record.stream}/${streamDocumentName}${ami} ${keyring}`,
  ].join('\n');
}

function describeLaunch({ ami, region, instanceType, results }: LaunchReport): string {
  const passed = results.filter(({ result }) => result === 'passed').length;
  return `${passed} of ${results.length} checks passed in an instance of ${ami} (${region}, ${instanceType}), which was ended`;
}

function places(folders: DemoFolders, head: string, record: PublishedRecord | undefined): string {
  const rows = [
    ['origin', `${folders.origin} (main at ${head.slice(0, 12)})`],
    ['clone', folders.clone],
    ['store', folders.store],
    ...(record?.mirrors ?? []).map(({ id, path }) => [`mirror ${id}`, `${folders.mirror}/${path}`]),
    ...(record?.images === undefined ? [] : [['local cloud', folders.cloud]]),
    ['logs', `${folders.work}/logs`],
  ];
  return table(rows);
}

function mebibytes(bytes: number): string {
  return `${(bytes / 1024 / 1024).toFixed(1)} MiB`;
}

function table(rows: readonly (readonly string[])[]): string {
  const widths = (rows[0] ?? []).map((_, i) => Math.max(...rows.map((row) => row[i]?.length ?? 0)));
  return rows
    .map((row) =>
      row
        .map((cell, i) => cell.padEnd(widths[i] ?? 0))
        .join('  ')
        .trimEnd(),
    )
    .join('\n');
}
