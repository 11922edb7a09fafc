/** What a recorded release has still to reach: mirrors and regions, of its own targets and of those of today. */
import { chooseHome, knowsRegion, missingRegions, type RegionsToReach, wantedRegions } from '../cloud.ts';
import {
  missingMirrors,
  missingRegistries,
  missingTargets,
  type StreamState,
  wantedRegistries,
} from '../streams.ts';
import type { PublishedRecord, Release, Targets } from '../types.generated.ts';

export interface Reach {
  mirrors: string[];
  /** Left out when none is missing. */
  registries?: string[];
  /** Left out when no region is missing. */
  aws?: RegionsToReach;
  why: string;
}

/** What the release file asks for and the record lacks; undefined when the release is complete. */
export function findUnfinished(
  release: Release,
  record: PublishedRecord,
  targets: Targets,
): Reach | undefined {
  const missing = missingTargets(release, record);
  if (missing.length === 0) return undefined;
  const mirrors = missingMirrors(release.targets.mirrors, record);
  const { aws } = release.targets;
  const lackingRegistries = missingRegistries(release.targets.registries, record);
  const registries = lackingRegistries.length === 0 ? {} : { registries: lackingRegistries };
  const why = `${release.version} is recorded but not yet ${place(missing, [...mirrors, ...lackingRegistries])}`;
  if (aws === undefined) return { mirrors, ...registries, why };
  const lacking = (regions: readonly string[]) => missingRegions(regions, release.architectures, record);
  const regions = lacking(aws.regions);
  const bestEffort = lacking(aws.bestEffort).filter((region) => knowsRegion(targets.aws, region));
  return { mirrors, ...registries, ...reachOf([aws.home], { regions, bestEffort }, release, record), why };
}

/** What releases/targets.yaml asks for beyond the release file, and regions of best effort that failed before. */
export function findGained(
  stream: StreamState,
  release: Release,
  record: PublishedRecord,
  targets: Targets,
): Reach | undefined {
  const mirrors = missingMirrors(
    targets.mirrors.map(({ id }) => id),
    record,
  );
  const registries = missingRegistries(wantedRegistries(stream.stream, targets), record);
  const wanted = wantedRegions(stream.stream, targets);
  const lacking = (regions: readonly string[] = []) => missingRegions(regions, release.architectures, record);
  const regions = lacking(wanted?.regions);
  const bestEffort = lacking(wanted?.bestEffort);
  if (mirrors.length + registries.length + regions.length + bestEffort.length === 0) return undefined;
  const own = release.targets.aws;
  const late = [...regions, ...bestEffort].filter((region) => own?.bestEffort.includes(region));
  const fresh = [...mirrors, ...registries, ...regions, ...bestEffort].filter(
    (target) => !late.includes(target),
  );
  const why = [
    fresh.length === 0
      ? []
      : [`releases/targets.yaml names ${fresh.join(', ')} since ${release.version} was released`],
    late.length === 0 ? [] : [`${release.version} is released but not yet in ${late.join(', ')}`],
  ].flat();
  const homes: [string, ...string[]] = [wanted?.home ?? ''];
  if (own !== undefined) homes.unshift(own.home);
  return {
    mirrors,
    ...(registries.length === 0 ? {} : { registries }),
    ...reachOf(homes, { regions, bestEffort }, release, record),
    why: why.join('; '),
  };
}

function reachOf(
  homes: readonly [string, ...string[]],
  { regions, bestEffort }: Omit<RegionsToReach, 'home'>,
  { architectures }: Release,
  record: PublishedRecord,
): { aws?: RegionsToReach } {
  if (regions.length + bestEffort.length === 0) return {};
  const home = chooseHome(homes, architectures, record);
  return { aws: { home, regions, bestEffort } };
}

function place(missing: readonly string[], mirrors: readonly string[]): string {
  const regions = missing.slice(mirrors.length);
  if (mirrors.length === 0) return `in ${regions.join(', ')}`;
  return `on ${mirrors.join(', ')}${regions.length === 0 ? '' : ` and in ${regions.join(', ')}`}`;
}
