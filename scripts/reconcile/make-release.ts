/** Carries a release through its stages, or a recorded one to more mirrors and regions. */
import { missingRegions, type RegionsToReach } from '../model/cloud.ts';
import { recallDocuments } from '../model/documents.ts';
import { AperiodicError, toAperiodicError } from '../model/errors.ts';
import { makeCandidate, makeCloudTargets, makeJob, recallTested } from '../model/job.ts';
import { findStream, type ReleaseState, type Repository, type StreamState } from '../model/streams.ts';
import type {
  Candidate,
  Compared,
  Launched,
  LaunchSettings,
  MirrorTarget,
  PublishedRecord,
  Recorded,
  Release,
  Signed,
} from '../model/types.generated.ts';
import { launchCompared, makeLaunched, makeTested, stages } from '../pipeline.ts';
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
  registries?: readonly string[] | undefined;
}

export async function makeRelease(wanted: Release, id: string, seen: Seen, ports: Ports): Promise<Recorded> {
  const { stream } = stateOf(seen.repository, id, wanted);
  const settings = seen.repository.targets?.aws?.launch;
  const launched: Launched[] = [];
  for (const architecture of wanted.architectures) {
    const job = makeJob(stream, wanted, architecture, seen.tree.commit, settings);
    launched.push(await makeLaunched(job, ports));
  }
  return await publish({ stream, release: wanted }, launched, wanted.targets, seen.repository, ports);
}

/**
 * Brings a recorded release to more mirrors and regions. Its files come from this machine or from a mirror that holds
 * them, its image from a region that has it. Where none has it (AWS came later, or retention removed it all) it is built
 * again, which gives the same bytes, and uploaded.
 * @throws AperiodicError `conflict` when that is not allowed (`withoutBuild`) or gives other bytes
 */
export async function extendRelease(
  {
    release,
    mirrors,
    aws,
    registries = [],
    withoutBuild,
  }: Reach & { release: Release; withoutBuild: boolean },
  id: string,
  seen: Seen,
  ports: Ports,
): Promise<Recorded> {
  const { stream, state } = stateOf(seen.repository, id, release);
  const { record } = state;
  if (record === undefined)
    throw new AperiodicError('internal', `${id} ${release.version} has no record to extend`);
  const tested = recallTested(stream, state, record);
  if (mirrors.length + registries.length > 0) {
    for (const { built } of tested) {
      for (const { name, file } of built.artifacts) await bringBack(name, file, record.mirrors, ports);
    }
    for (const { name, file } of recallDocuments(record)) await bringBack(name, file, record.mirrors, ports);
  }
  const settings = seen.repository.targets?.aws?.launch;
  const launched =
    aws === undefined
      ? tested.map((one) => ({ tested: one }))
      : await findLaunched(tested, { stream, record, aws, settings, withoutBuild }, ports);
  return await publish(
    { stream, release, record },
    launched,
    { mirrors, aws, registries },
    seen.repository,
    ports,
  );
}

interface Extension {
  stream: StreamState;
  record: PublishedRecord;
  aws: RegionsToReach;
  settings: LaunchSettings | undefined;
  /** Only what needs no new image. */
  withoutBuild: boolean;
}

/** An image that the record names is public or was, and is not launched again. */
async function findLaunched(
  tested: readonly Compared[],
  { stream, record, aws, settings, withoutBuild }: Extension,
  ports: Ports,
): Promise<Launched[]> {
  const architectures = record.architectures.map(({ architecture }) => architecture);
  const there = missingRegions([aws.home], architectures, record).length === 0;
  const launched: Launched[] = [];
  for (const one of tested) {
    const { architecture } = one.built.job;
    const image = record.images?.find(
      (other) => other.region === aws.home && other.architecture === architecture,
    );
    if (there && image !== undefined) {
      const { region, ami, snapshot } = image;
      launched.push({ tested: one, image: { region, ami, snapshot } });
    } else if (withoutBuild) {
      const why = `has no image in ${aws.home} to copy, and nothing may be built here`;
      throw new AperiodicError(
        'conflict',
        `${stream.id} ${one.built.job.version} ${why}: release a new version`,
      );
    } else launched.push(await uploadAgain(one, stream.id, aws, settings, ports));
  }
  return launched;
}

async function uploadAgain(
  recorded: Compared,
  id: string,
  aws: RegionsToReach,
  settings: LaunchSettings | undefined,
  ports: Ports,
): Promise<Launched> {
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
  const more = { targets, ...(settings === undefined ? {} : { launch: settings }) };
  const built = { ...made.built, job: { ...job, ...more } };
  return await launchCompared({ ...made, built, ...(comparison === undefined ? {} : { comparison }) }, ports);
}

async function publish(
  { stream, release, record }: { stream: StreamState; release: Release; record?: PublishedRecord },
  launched: readonly Launched[],
  { mirrors, aws, registries }: Reach,
  repository: Repository,
  ports: Ports,
): Promise<Recorded> {
  const targets = mirrors.map((id) => targetOf(repository, id));
  const cloud = makeCloudTargets(stream, aws, release.version, ports.clock.now(), record);
  const candidate = makeCandidate(stream, launched, targets, cloud, registries);
  // Mirrors that hold it already are not asked, and neither are files that only they have.
  const isThere = record !== undefined && targets.length === 0;
  const signed = await sign(candidate, record, ports);
  const mirrored = isThere ? { candidate: signed, mirrors: [] } : await stages.mirror.run(signed, ports);
  const published = await stages.publish.run(mirrored, ports);
  const recorded = await stages.record.run(published, ports);
  const promoted = await stages.promote.run(recorded, ports);
  // It is out, whether users could be told or not: they are when streams are tended at the end of the run, which fails for it.
  await stages.announce.run(promoted, ports).catch((error: unknown) => {
    ports.log.warn(
      `${stream.id} ${release.version} is not announced yet: ${toAperiodicError(error).message}`,
    );
  });
  return recorded;
}

/** What is recorded is never signed anew; what was recorded before releases were signed is, when a mirror is to hold it. */
async function sign(
  candidate: Candidate,
  record: PublishedRecord | undefined,
  ports: Ports,
): Promise<Signed> {
  const isSigned = record !== undefined && (record.documents !== undefined || candidate.targets.length === 0);
  if (isSigned) return { ...candidate, documents: recallDocuments(record) };
  return await stages.sign.run(candidate, ports);
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
