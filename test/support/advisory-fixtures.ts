/** Made-up advisories and pins. */
import type { PinnedStream } from '../../scripts/model/advisories/installed.ts';
import type { Advisory, AdvisoryFix, Pin } from '../../scripts/model/types.generated.ts';

export const now = new Date('2026-11-22T12:00:00Z');

export function madeUpAdvisory(id: string, fixes: AdvisoryFix[], more: Partial<Advisory> = {}): Advisory {
  return {
    id,
    feed: 'made-up',
    title: 'Made-up flaw',
    severity: 'unknown',
    cves: [],
    fixes,
    references: [],
    flaws: [],
    ...more,
  };
}

export function madeUpPin(name: string, version: string, more: Partial<Pin> = {}): Pin {
  return {
    name,
    version,
    architecture: 'amd64',
    size: 10,
    sha256: 'a'.repeat(64),
    repository: 'main',
    path: `pool/main/${name.slice(0, 1)}/${name}/${name}.deb`,
    ...more,
  };
}

export function pinnedStream(id: string, packages: Pin[], more: Partial<PinnedStream> = {}): PinnedStream {
  const request = { repositories: ['main'], core: true, weakDependencies: false, packages: [], excluded: [] };
  return {
    id,
    payload: 'deb',
    repositories: ['main'],
    pins: [{ architecture: 'amd64', request, packages }],
    ...more,
  };
}

export const noEnrichment = { exploited: new Map(), epss: new Map<string, number>() };
