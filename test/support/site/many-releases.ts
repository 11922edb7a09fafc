/** A repository of thousands of releases that nobody made, to see how long a site of them takes. */
import { createHash } from 'node:crypto';
import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { generateSigningKey } from '../../../scripts/adapters/openpgp/generate.ts';
import { renderRecord } from '../../../scripts/render/record.ts';
import { renderRelease } from '../../../scripts/render/release.ts';
import { git } from '../git.ts';
import { makeFixtureRelease } from './fixture-catalog.ts';

export interface ManyReleases {
  streams: number;
  /** Of each stream. */
  releases: number;
  regions: number;
}

const regionNames = Array.from(
  { length: 64 },
  (_, index) => `xx-made${String.fromCharCode(97 + (index % 26))}-${Math.floor(index / 26) + 1}`,
);
/** Each id in a record becomes another one, of the same form. */
const ids = /\b(ami-|snap-)?[0-9a-f]{64}\b|\b(?:ami|snap)-[0-9a-f]{17}\b/g;

/** @returns a key that signs */
export async function writeManyReleases(
  root: string,
  { streams, releases, regions }: ManyReleases,
): Promise<string> {
  await git(path.dirname(root), 'init', '-q', '-b', 'main', root);
  const { privateKey, publicKey } = await generateSigningKey(
    'A key of tests, do not trust',
    new Date('2026-01-01'),
  );
  write(root, 'releases/keys/tests.asc', publicKey);
  const all = regionNames.slice(0, regions);
  write(
    root,
    'releases/targets.yaml',
    `mirrors: [{id: primary, keep: 12}]
aws:
  home: ${all[0]}
  regions: [${all.map((id) => `{id: ${id}}`).join(', ')}]
  pointers: /fixture
site: {title: Testix images, downloads: 'https://mirror.example.org/images'}
`,
  );
  write(root, 'releases/repositories.yaml', 'repositories: []\n');
  for (let stream = 0; stream < streams; stream++) {
    const id = `testix-${stream + 1}/cloud-base`;
    write(root, `releases/${id}/stream.yaml`, renderFixtureStream(stream + 1));
    for (let index = 0; index < releases; index++) writeRelease(root, id, versionOf(index), all);
  }
  await commitAll(root);
  return privateKey;
}

/** One more release of the first stream. */
export async function addRelease(root: string, { releases, regions }: ManyReleases): Promise<void> {
  writeRelease(root, 'testix-1/cloud-base', versionOf(releases), regionNames.slice(0, regions));
  await commitAll(root);
}

export function versionOf(index: number): string {
  const day = new Date(Date.UTC(2020, 0, 1 + index * 3));
  return `${day.toISOString().slice(0, 10).replaceAll('-', '')}.0`;
}

async function commitAll(root: string): Promise<void> {
  await git(root, 'add', '-A');
  await git(root, '-c', 'gc.auto=0', 'commit', '-q', '-m', 'Releases');
}

export function renderFixtureStream(release: number): string {
  return `name: Testix-Cloud-Base-${release}
title: Testix ${release} Cloud Base
payload: deb
kickstart: kickstarts/fixture.ks
repositories: [fixture]
architectures: [amd64]
formats: [qcow2, raw.zst]
limits: {downloadMiB: 600, usedMiB: 1500}
aws:
  retention: {public: 10, deprecateAfterDays: 90, removeAfterDays: 180}
`;
}

let template: { release: string; record: string; key: string } | undefined;

function writeRelease(root: string, stream: string, version: string, regions: readonly string[]): void {
  const key = regions.join();
  if (template?.key !== key) template = { key, ...renderTemplate(regions) };
  const name = `Testix-Cloud-Base-${stream.split('/')[0]?.slice(7)}`;
  const seed = createHash('sha256').update(`${stream} ${version}`).digest('hex');
  const fill = (text: string) =>
    text
      .replaceAll('20990101.0', version)
      .replaceAll('2099-01-01', `${version.slice(0, 4)}-${version.slice(4, 6)}-${version.slice(6, 8)}`)
      .replaceAll('testix-0/cloud-base', stream)
      .replaceAll('Testix-Cloud-Base-0', name)
      .replace(ids, (id) => `${id.slice(0, -8)}${seed.slice(0, 8)}`);
  write(root, `releases/${stream}/${version}.yaml`, fill(template.release));
  write(root, `releases/${stream}/${version}.published.yaml`, fill(template.record));
}

function renderTemplate(regions: readonly string[]) {
  const { release, record } = makeFixtureRelease('testix-0/cloud-base', 'Testix-Cloud-Base-0', {
    version: '20990101.0',
    regions,
  });
  if (record === undefined) throw new Error('a fixture without a record');
  return { release: renderRelease(release), record: renderRecord(record) };
}

function write(root: string, name: string, text: string): void {
  const file = path.join(root, name);
  mkdirSync(path.dirname(file), { recursive: true });
  writeFileSync(file, text);
}
