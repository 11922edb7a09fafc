/** What the site says of itself, from releases/targets.yaml. */
import type { Targets } from '../types.generated.ts';
import type { SiteSettings } from './part.ts';

export function readSettings(targets: Targets, assets: SiteSettings['assets']): SiteSettings {
  const { site = {}, notices, aws } = targets;
  const downloads = findDownloads(targets);
  return {
    title: site.title ?? notices?.publisher?.name ?? 'Cloud images',
    ...(site.address === undefined ? {} : { address: site.address }),
    ...(downloads === undefined ? {} : { downloads }),
    ...(site.source === undefined ? {} : { source: site.source }),
    idPrefix: findIdPrefix(targets),
    registries: site.registries ?? {},
    notices: notices !== undefined,
    ...(aws === undefined ? {} : { homeRegion: aws.home }),
    assets,
  };
}

/** Address that files of releases are below; undefined when nobody said. */
export function findDownloads({ site, notices }: Pick<Targets, 'site' | 'notices'>): string | undefined {
  return site?.downloads ?? notices?.site;
}

/** First part of ids in simplestreams: `org.example` of an address at example.org; `local` when nobody said where. */
export function findIdPrefix(targets: Targets): string {
  const address = targets.site?.address ?? targets.notices?.publisher?.namespace ?? findDownloads(targets);
  return address === undefined ? 'local' : new URL(address).hostname.split('.').reverse().join('.');
}
