/** What the demo shows at its end: files, checksums, QA, and where things are. */
import { describeComparison } from '../../model/comparison.ts';
import type { PublishedRecord } from '../../model/types.generated.ts';
import type { DemoFolders } from './demo.ts';

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
  sections.push(heading('Where things are'), places(folders, head, record?.value));
  return sections.join('\n');
}

function heading(text: string): string {
  return `\n── ${text} ──`;
}

/** The record names every check; the summary below says the same in fewer lines. */
function shorten(text: string): string {
  const lines = text.trimEnd().split('\n');
  const results = lines.findIndex((line) => /^\s+results:/.test(line));
  if (results < 0) return lines.join('\n');
  const indent = /^\s*/.exec(lines[results] ?? '')?.[0].length ?? 0;
  const after = lines.findIndex(
    (line, i) => i > results && !/^\s*-/.test(line) && (/^\s*/.exec(line)?.[0].length ?? 0) <= indent,
  );
  const rest = after < 0 ? [] : lines.slice(after);
  return [
    ...lines.slice(0, results + 1),
    `${' '.repeat(indent + 2)}# one line a check: see the file`,
    ...rest,
  ].join('\n');
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
  const lines = record.architectures.flatMap(({ architecture, qa: report, comparison }) => {
    const passed = report.results.filter(({ result }) => result === 'passed').length;
    const checks = `${architecture}: ${passed} of ${report.results.length} checks passed in ${report.boots} boots (${report.accelerator})`;
    return comparison === undefined
      ? [checks]
      : [checks, `${architecture}: beside ${comparison.previous}, ${describeComparison(comparison)}`];
  });
  return lines.join('\n');
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
