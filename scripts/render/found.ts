/** What a query found, for people. */
import type { ApiFound, ApiMatch, ApiStream } from '../model/types.generated.ts';
import { addressOf } from './api/latest-documents.ts';

/** @param streams that it was found in */
export function renderFound(
  { matches }: ApiFound,
  streams: readonly Pick<ApiStream, 'id' | 'title'>[],
): string {
  const releases = new Map<string, ApiMatch[]>();
  for (const match of matches) {
    const key = `${match.stream} ${match.version}`;
    releases.set(key, [...(releases.get(key) ?? []), match]);
  }
  return [...releases.values()].map((list) => renderRelease(list, streams)).join('\n\n');
}

function renderRelease(
  list: readonly ApiMatch[],
  streams: readonly Pick<ApiStream, 'id' | 'title'>[],
): string {
  const [first] = list;
  if (first === undefined) return '';
  const { stream, version, publishedAt } = first;
  const title = streams.find(({ id }) => id === stream)?.title ?? stream;
  const amis = list.flatMap(({ offer, deprecated }) =>
    offer.kind === 'ami' ? [[offer.region, offer.machine, offer.ami, deprecated ? 'deprecated' : '']] : [],
  );
  const containers = list.flatMap(({ offer }) =>
    offer.kind === 'container' ? [`${offer.repository}@${offer.digest} (registry ${offer.registry})`] : [],
  );
  return [
    `${title}: ${stream} ${version}, public since ${publishedAt}`,
    ...section('AMIs', alignColumns(amis)),
    ...section('Files', list.flatMap(renderFile)),
    ...section('Containers', [...new Set(containers)]),
    ...renderAdvice(list),
  ].join('\n');
}

function section(title: string, lines: readonly string[]): string[] {
  return lines.length === 0 ? [] : ['', `  ${title}`, ...lines.map((line) => `    ${line}`)];
}

function alignColumns(rows: readonly (readonly string[])[]): string[] {
  const width = (column: number) => Math.max(0, ...rows.map((row) => row[column]?.length ?? 0));
  return rows.map((row) =>
    row
      .map((cell, column) => cell.padEnd(width(column)))
      .join('  ')
      .trimEnd(),
  );
}

function renderFile({ offer, downloads }: ApiMatch): string[] {
  if (offer.kind !== 'download') return [];
  const { path, machine, format, size, sha256 } = offer;
  return [
    addressOf(path, downloads),
    `  ${format} for ${machine}, ${formatSize(size)}`,
    `  sha256 ${sha256}`,
  ];
}

function formatSize(bytes: number): string {
  const mebibytes = bytes / (1024 * 1024);
  return mebibytes < 1 ? `${bytes} bytes` : `${mebibytes.toFixed(1)} MiB (${bytes} bytes)`;
}

/** How to check what was taken: of files by what lies beside them, of AMIs by the stream's document. */
function renderAdvice(list: readonly ApiMatch[]): string[] {
  const [file] = list.flatMap(({ offer, downloads }) =>
    offer.kind === 'download' ? [{ offer, downloads }] : [],
  );
  const [ami] = list.flatMap(({ stream, offer, downloads }) =>
    offer.kind === 'ami' ? [{ stream, offer, downloads }] : [],
  );
  const lines = [
    ...(file?.offer.checksum === undefined
      ? []
      : [
          `get ${addressOf(file.offer.checksum, file.downloads)} too, into the same folder, then`,
          'aperiodic verify FOLDER --partial --keyring KEYS    (docs/verify.md has it with gpgv and sha256sum)',
        ]),
    ...(ami === undefined
      ? []
      : [
          `get ${addressOf(`${ami.stream}/stream.sjson`, ami.downloads)}, then`,
          `aperiodic verify --stream stream.sjson --ami ${ami.offer.ami} --region ${ami.offer.region} --keyring KEYS`,
        ]),
  ];
  return section('To verify', lines);
}
