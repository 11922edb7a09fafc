/** Carries a release through its stages, or a recorded one to more mirrors and regions. */
import { missingRegions, type RegionsToReach } from '../model/cloud.ts';
import { AperiodicError } from '../model/errors.ts';
import { makeCandidate, makeCloudTargets, makeJob, recallTested } from '../model/job.ts';
import { findStream, type ReleaseState, type Repository, type StreamState } from '../model/streams.ts';
import type {
  Compared,
  MirrorTarget,
  PublishedRecord,
  Recorded,
  Release,
  Uploaded,
} from '../model/types.generated.ts';
import { makeTested, makeUploaded, stages } from '../pipeline.ts';
import type { Ports, Tree } from '../ports.ts';
import { bringBack } from '../stages/mirror/bring-back.ts';

export interface Seen {
  tree: Tree;
  repository: Repository;
}

/** What a release is to be brought to. */
interface Reach {
  mirrors: readonly string[];
  aws?: RegionsToReach | undefined;
}

export async function makeRelease(wanted: Release, id: string, seen: Seen, ports: Ports): Promise<Recorded> {
  const { stream } = stateOf(seen.repository, id, wanted);
  const uploaded: Uploaded[] = [];
  for (const architecture of wanted.architectures) {
    uploaded.push(await makeUploaded(makeJob(stream, wanted, architecture, seen.tree.commit), ports));
  }
  return await publish({ stream, release: wanted }, uploaded, wanted.targets, seen.repository, ports);
}

/**
 * Brings a recorded release to more mirrors and regions. Its files come from this machine or from a mirror that holds
 * them, its image from a region that has it. Where none has it (AWS came later, or retention removed it all) it is built
 * again, which gives the same bytes, and uploaded.
 */
export async function extendRelease(
  { release, mirrors, aws }: Reach & { release: Release },
  id: string,
  seen: Seen,
  ports: Ports,
): Promise<Recorded> {
  const { stream, state } = stateOf(seen.repository, id, release);
  const { record } = state;
  if (record === undefined)
    throw new AperiodicError('internal', `${id} ${release.version} has no record to extend`);
  const tested = recallTested(stream, state, record);
  if (mirrors.length > 0) {
    for (const { built } of tested) {
      for (const { name, file } of built.artifacts) await bringBack(name, file, record.mirrors, ports);
    }
  }
  const uploaded =
    aws === undefined
      ? tested.map((one) => ({ tested: one }))
      : await findUploaded(tested, { stream, record, aws }, ports);
  return await publish({ stream, release, record }, uploaded, { mirrors, aws }, seen.repository, ports);
}

async function findUploaded(
  tested: readonly Compared[],
  { stream, record, aws }: { stream: StreamState; record: PublishedRecord; aws: RegionsToReach },
  ports: Ports,
): Promise<Uploaded[]> {
  const architectures = record.architectures.map(({ architecture }) => architecture);
  const there = missingRegions([aws.home], architectures, record).length === 0;
  const uploaded: Uploaded[] = [];
  for (const one of tested) {
    const { architecture } = one.built.job;
    const image = record.images?.find(
      (other) => other.region === aws.home && other.architecture === architecture,
    );
    if (there && image !== undefined) {
      const { region, ami, snapshot } = image;
      uploaded.push({ tested: one, image: { region, ami, snapshot } });
    } else uploaded.push(await uploadAgain(one, stream.id, aws, ports));
  }
  return uploaded;
}

async function uploadAgain(
  recorded: Compared,
  id: string,
  aws: RegionsToReach,
  ports: Ports,
): Promise<Uploaded> {
  const { job, raw } = recorded.built;
  const made = await makeTested(job, ports);
  if (made.built.raw.sha256 !== raw.sha256) {
    throw new AperiodicError(
      'conflict',
      `${id} ${job.version} gives other bytes than were recorded, so it cannot come to ${aws.home}: other tools of this machine make another image, release a new version`,
      { detail: `recorded: ${raw.sha256}\nbuilt now: ${made.built.raw.sha256}` },
    );
  }
  const targets = { ...job.targets, aws: { ...aws, regions: [...new Set([aws.home, ...aws.regions])] } };
  // It was compared when it was released: what was recorded then stays.
  const { comparison } = recorded;
  const built = { ...made.built, job: { ...job, targets } };
  const compared = { ...made, built, ...(comparison === undefined ? {} : { comparison }) };
  return await stages.upload.run(compared, ports);
}

async function publish(
  { stream, release, record }: { stream: StreamState; release: Release; record?: PublishedRecord },
  uploaded: readonly Uploaded[],
  { mirrors, aws }: Reach,
  repository: Repository,
  ports: Ports,
): Promise<Recorded> {
  const targets = mirrors.map((id) => targetOf(repository, id));
  const cloud = makeCloudTargets(stream, aws, release.version, ports.clock.now(), record);
  const candidate = makeCandidate(stream, uploaded, targets, cloud);
  // Mirrors that hold it already are not asked, and neither are files that only they have.
  const isThere = record !== undefined && targets.length === 0;
  const mirrored = isThere ? { candidate, mirrors: [] } : await stages.mirror.run(candidate, ports);
  const published = await stages.publish.run(mirrored, ports);
  const recorded = await stages.record.run(published, ports);
  await stages.promote.run(recorded, ports);
  return recorded;
}

function targetOf(repository: Repository, id: string): MirrorTarget {
  const found = repository.targets?.mirrors.find((mirror) => mirror.id === id);
  if (found === undefined)
    throw new AperiodicError('not-found', `mirror '${id}' is not in releases/targets.yaml`);
  return found;
}

function stateOf(
  repository: Repository,
  id: string,
  wanted: Release,
): { stream: StreamState; state: ReleaseState } {
  const stream = findStream(repository, id);
  const state = stream?.releases.find(({ release: { version } }) => version === wanted.version);
  if (stream === undefined || state === undefined) {
    throw new AperiodicError('internal', `${id} ${wanted.version} is planned but not in the tree`);
  }
  return { stream, state };
}
