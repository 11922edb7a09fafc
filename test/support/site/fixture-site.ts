/** The site of the fixture catalog, file by file. */
import { readFileSync } from 'node:fs';
import { readAssets } from '../../../scripts/adapters/site/generator.ts';
import { makeCatalog } from '../../../scripts/model/catalog/catalog.ts';
import { computeExposure } from '../../../scripts/model/exposure-clock.ts';
import { parsePolicy } from '../../../scripts/model/policy/load-policy.ts';
import type { PublishedFile } from '../../../scripts/model/site/file.ts';
import type { PackageChanges } from '../../../scripts/model/site/package-changes.ts';
import type { SiteSettings } from '../../../scripts/model/site/part.ts';
import {
  type Knowledge,
  viewAllCurrent,
  viewRelease,
  viewStream,
} from '../../../scripts/model/site/views.ts';
import type { StreamState } from '../../../scripts/model/streams.ts';
import { dataFiles } from '../../../scripts/render/site/data-files.ts';
import { webPages } from '../../../scripts/render/site/web-pages.ts';
import { makeFixtureStreams } from './fixture-catalog.ts';

/** The site is of this day. */
export const fixtureNow = new Date('2026-11-22T00:00:00Z');

export const fixtureSettings: SiteSettings = {
  title: 'Testix images',
  address: 'https://images.example.org',
  downloads: 'https://mirror.example.org/images',
  source: 'https://git.example.org/images',
  idPrefix: 'example.images',
  registries: { primary: 'registry.example.org/images' },
  notices: true,
  homeRegion: 'eu-central-1',
  assets: { style: 'site.css', script: 'site.js', icon: 'icon.svg' },
};

const changes: PackageChanges = {
  total: 212,
  added: [{ name: 'libfixture1', architecture: 'amd64', to: '1.0-1' }],
  removed: [],
  changed: [{ name: 'openssl', architecture: 'amd64', from: '3.0.1-1', to: '3.0.1-2' }],
};

const parts = [webPages, dataFiles];

function read(file: string): string {
  return readFileSync(new URL(`../../../${file}`, import.meta.url), 'utf8');
}

export function renderFixtureSite(
  settings: SiteSettings = fixtureSettings,
  streams: StreamState[] = makeFixtureStreams(),
): PublishedFile[] {
  const catalog = makeCatalog({ streams });
  const shared = { targets: undefined, repositories: undefined, problems: [] };
  const clocks = computeExposure({ ...shared, streams }, () => ({}), fixtureNow);
  const knowledge: Knowledge = {
    now: fixtureNow,
    clocksOf: (id) => clocks.filter(({ stream }) => stream === id),
    changesOf: (id) => (id === 'testix-1/cloud-base' ? [{ architecture: 'amd64', packages: changes }] : []),
  };
  const view = { catalog, current: viewAllCurrent(catalog, knowledge) };
  const documents = {
    policy: parsePolicy(read('releases/policy.yaml'), 'releases/policy.yaml').policy,
    policyProse: read('docs/policy.md'),
    verifyProse: read('docs/verify.md'),
  };
  return [
    ...catalog.streams.flatMap((stream) => [
      ...stream.releases.flatMap((release) =>
        parts.flatMap((part) => part.releaseFiles?.(viewRelease(stream, release, knowledge), settings) ?? []),
      ),
      ...parts.flatMap((part) => part.streamFiles?.(viewStream(stream, knowledge), settings) ?? []),
    ]),
    ...parts.flatMap((part) => part.indexFiles?.(view, settings) ?? []),
    ...parts.flatMap((part) => part.documentFiles?.(documents, settings) ?? []),
  ];
}

/** With style sheet, script and icon, as a browser wants it. */
export async function renderWholeFixtureSite(
  settings: SiteSettings = fixtureSettings,
  streams?: StreamState[],
): Promise<PublishedFile[]> {
  const { files, names } = await readAssets();
  return [...renderFixtureSite({ ...settings, assets: names }, streams), ...files];
}
