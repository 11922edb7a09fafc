/**
 * Whether the account can take a release: looked at before anything is built or sent. Only reads; safe at any time. Also
 * what `aperiodic doctor` shows.
 */
import { imageName, tagKeys } from '../model/aws-names.ts';
import { AperiodicError, toAperiodicError } from '../model/errors.ts';
import type { Architecture } from '../model/types.generated.ts';
import type { CloudRegion, Ports } from '../ports.ts';
import { assertPublicQuota, assertRoom, assertSnapshotRoom } from './cloud/room.ts';
import { listFailures, type RegionFailure, tryAll } from './cloud/try-all.ts';

export interface CloudWish {
  /** The only account that will do, when given. */
  account?: string | undefined;
  home: string;
  /** Required ones. */
  regions: readonly string[];
  bestEffort: readonly string[];
  /** How many AMIs all streams keep public at once; a quota below that is a problem already. */
  publicAtOnce?: number;
  /** Whose images are to be made and become public; without it, room for one is looked for. */
  release?: { stream: string; name: string; version: string; architectures: readonly Architecture[] };
}

/** What stands in the way, by region; of the account as a whole in the home region. */
export interface CloudReport {
  account: string | undefined;
  /** These stop a release. */
  problems: RegionFailure[];
  /** These keep it from regions of best effort. */
  warnings: RegionFailure[];
}

type PreflightPorts = Pick<Ports, 'cloud' | 'log'>;

/** Seconds that a region of best effort gets for a call that keeps failing. */
const bestEffortPatience = 30;

/** @throws AperiodicError of the first problem, with all of them in detail */
export async function preflight(wish: CloudWish, ports: PreflightPorts): Promise<void> {
  const { problems, warnings } = await inspectCloud(wish, ports);
  for (const { region, error } of warnings) ports.log.warn(`${region} will be left out: ${error.message}`);
  const [first] = problems;
  if (first === undefined) return;
  throw new AperiodicError(first.error.code, first.error.message, {
    detail: listFailures(problems),
    cause: first.error,
  });
}

export async function inspectCloud(wish: CloudWish, { cloud }: Pick<Ports, 'cloud'>): Promise<CloudReport> {
  const report: CloudReport = { account: undefined, problems: [], warnings: [] };
  let enabled: Set<string>;
  try {
    assertNames(wish);
    report.account = await cloud.account();
    assertAccount(wish, report.account);
    enabled = new Set(await cloud.regions());
  } catch (error) {
    report.problems.push({ region: wish.home, error: toAperiodicError(error) });
    return report;
  }
  const inspect = (id: string, patience?: number) =>
    inspectRegion(id, enabled, wish, cloud.region(id, patience));
  const required = [...new Set([wish.home, ...wish.regions])];
  const [first, second] = await Promise.all([
    tryAll(required, identity, (id) => inspect(id)),
    tryAll(wish.bestEffort, identity, (id) => inspect(id, bestEffortPatience)),
  ]);
  report.problems.push(...first.failures);
  report.warnings.push(...second.failures);
  return report;
}

function identity(id: string): string {
  return id;
}

/** The bytes are not known yet; names of all bytes have one length. */
function assertNames({ release }: CloudWish): void {
  if (release === undefined) return;
  for (const architecture of release.architectures)
    imageName({ ...release, architecture, content: '', raw: '0'.repeat(64) });
}

/** @throws AperiodicError `denied` when the credentials are of another account than releases/targets.yaml names */
export function assertAccount({ account }: Pick<CloudWish, 'account'>, found: string): void {
  if (account === undefined || account === found) return;
  throw new AperiodicError(
    'denied',
    `the credentials belong to account ${found}, but releases/targets.yaml asks for ${account}: use the other's`,
  );
}

async function inspectRegion(
  id: string,
  enabled: ReadonlySet<string>,
  wish: CloudWish,
  region: CloudRegion,
): Promise<void> {
  if (!enabled.has(id)) {
    throw new AperiodicError(
      'not-found',
      `the region ${id} does not exist or is not enabled for the account: enable it, or take it out of releases/targets.yaml`,
    );
  }
  if (await region.encryptionByDefault()) {
    throw new AperiodicError(
      'denied',
      `EBS encryption by default is on in ${id}, and encrypted images cannot be public: turn it off there`,
    );
  }
  const missing = await countMissing(region, wish);
  if (wish.publicAtOnce !== undefined) await assertPublicQuota(region, wish.publicAtOnce);
  await assertRoom(region, missing.open);
  await assertSnapshotRoom(region, missing.snapshots);
}

interface Missing {
  /** Images of the release that are not public yet. */
  open: number;
  /** Those that no snapshot was made for yet. */
  snapshots: number;
}

/** Without a release, room for one image is looked for. A leftover with other bytes makes room for what replaces it. */
async function countMissing(region: CloudRegion, { home, release }: CloudWish): Promise<Missing> {
  if (release === undefined) return { open: 1, snapshots: 1 };
  const { stream, version, architectures } = release;
  const tags = { [tagKeys.stream]: stream, [tagKeys.version]: version };
  const images = (await region.findImages({ tags })).filter(({ state }) => state !== 'gone');
  // Only an upload takes up a snapshot that has no image yet; a copy makes its own.
  const snapshots = region.id === home ? await region.findSnapshots(tags) : [];
  const made = new Set([...images, ...snapshots].map((one) => one.tags[tagKeys.architecture]));
  return {
    open: Math.max(0, architectures.length - images.filter((image) => image.public).length),
    snapshots: architectures.filter((architecture) => !made.has(architecture)).length,
  };
}
