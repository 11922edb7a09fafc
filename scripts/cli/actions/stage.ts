/** Carries out the commands that run one stage: a value in as a JSON file, the next value out. */
import { readFile, stat } from 'node:fs/promises';
import { writeFileAtomic } from '../../adapters/host/files.ts';
import { withLock } from '../../adapters/host/lock.ts';
import { AperiodicError } from '../../model/errors.ts';
import { makeCandidate, makeCloudTargets, makeJob } from '../../model/job.ts';
import { planRepository } from '../../model/plan.ts';
import { assertValid, type Kind } from '../../model/schema.ts';
import { findStream, newestLive, type StreamState } from '../../model/streams.ts';
import type { Architecture, Release, SchemaTypes } from '../../model/types.generated.ts';
import { type Stage, stages } from '../../pipeline.ts';
import { choosePlans } from '../../reconcile.ts';
import type { Context, Outcome } from '../command.ts';
import { type Opened, openRepository } from '../open-repository.ts';

/** Values hold pins and flattened kickstarts: some hundred KiB an architecture. */
const maxValueBytes = 64 * 1024 * 1024;

export async function runFetch(context: Context): Promise<Outcome> {
  const opened = await open(context);
  const { repository } = await opened.load(opened.workTree);
  const stream = await streamOf(opened, context.given.argument('stream'));
  const release = context.given.flag('planned')
    ? await findPlanned(opened, stream)
    : findRelease(stream, context.given.optional('version'));
  const architecture = architectureOf(context.given.text('architecture'), release.architectures);
  return await runStage(
    context,
    opened,
    stages.fetch,
    makeJob(stream, release, architecture, opened.workTree.commit, repository.targets?.aws?.launch),
  );
}

/** What a merge would make. Its version may be another by then, which does not change a byte of the image. */
async function findPlanned({ load, workTree }: Opened, { id }: StreamState): Promise<Release> {
  const { repository } = await load(workTree);
  const [plan] = choosePlans(planRepository(repository, { mergedAt: workTree.date }), [id]);
  if (plan?.action.kind === 'mint' || plan?.action.kind === 'release') return plan.action.release;
  throw new AperiodicError('conflict', `nothing is to be built of ${id}: ${plan?.why ?? 'no plan'}`);
}

function findRelease(stream: StreamState, version: string | undefined): Release {
  const state =
    version === undefined
      ? newestLive(stream)
      : stream.releases.find(({ release }) => release.version === version);
  if (state === undefined)
    throw new AperiodicError(
      'not-found',
      `${stream.id} has no release ${version ?? ''}: add one with 'aperiodic propose'`,
    );
  if (state.release.content !== stream.content) {
    throw new AperiodicError(
      'conflict',
      `asks for other content than the files here have (${stream.content})`,
      { file: state.path },
    );
  }
  return state.release;
}

function architectureOf(given: string | undefined, known: readonly Architecture[]): Architecture {
  const found = given === undefined && known.length === 1 ? known[0] : known.find((name) => name === given);
  if (found !== undefined) return found;
  throw new AperiodicError('usage', `choose one with --architecture: ${known.join(', ')}`);
}

export async function runBuild(context: Context): Promise<Outcome> {
  const value = await readValue('Fetched', context.given.argument('fetched'));
  return await runStage(context, await open(context), stages.build, value);
}

export async function runQa(context: Context): Promise<Outcome> {
  const value = await readValue('Built', context.given.argument('built'));
  return await runStage(context, await open(context), stages.qa, value);
}

export async function runCompare(context: Context): Promise<Outcome> {
  const value = await readValue('Tested', context.given.argument('tested'));
  return await runStage(context, await open(context), stages.compare, value);
}

export async function runUpload(context: Context): Promise<Outcome> {
  const value = await readValue('Compared', context.given.argument('compared'));
  return await runStage(context, await open(context), stages.upload, value);
}

export async function runLaunch(context: Context): Promise<Outcome> {
  const value = await readValue('Uploaded', context.given.argument('uploaded'));
  return await runStage(context, await open(context), stages.launch, value);
}

export async function runSign(context: Context): Promise<Outcome> {
  const opened = await open(context);
  const launched = await Promise.all(
    context.given.rest('launched').map((file) => readValue('Launched', file)),
  );
  const skipped = launched.find(({ image, launch }) => image !== undefined && launch === undefined);
  if (skipped !== undefined) {
    const words = `${skipped.image?.ami} was not launched: run 'aperiodic launch' first`;
    throw new AperiodicError('conflict', words);
  }
  const job = launched[0]?.tested.built.job;
  const id = job?.stream ?? '';
  const { repository } = await opened.load(opened.workTree);
  const wanted = job?.targets.mirrors ?? [];
  const targets = (repository.targets?.mirrors ?? []).filter((mirror) => wanted.includes(mirror.id));
  const stream = await streamOf(opened, id);
  const now = opened.ports.clock.now();
  const aws = makeCloudTargets(stream, job?.targets.aws, job?.version ?? '', now);
  return await runStage(
    context,
    opened,
    stages.sign,
    makeCandidate(stream, launched, targets, aws, job?.targets.registries),
  );
}

export async function runMirror(context: Context): Promise<Outcome> {
  const value = await readValue('Signed', context.given.argument('signed'));
  return await runStage(context, await open(context), stages.mirror, value);
}

export async function runPublish(context: Context): Promise<Outcome> {
  const value = await readValue('Mirrored', context.given.argument('mirrored'));
  return await runStage(context, await open(context), stages.publish, value);
}

export async function runRecord(context: Context): Promise<Outcome> {
  const value = await readValue('Published', context.given.argument('published'));
  return await runStage(context, await open(context), stages.record, value);
}

export async function runPromote(context: Context): Promise<Outcome> {
  const value = await readValue('Recorded', context.given.argument('recorded'));
  return await runStage(context, await open(context), stages.promote, value);
}

export async function runAnnounce(context: Context): Promise<Outcome> {
  const value = await readValue('Promoted', context.given.argument('promoted'));
  return await runStage(context, await open(context), stages.announce, value);
}

async function open(context: Context): Promise<Opened> {
  return await openRepository(context.root(), await context.config(), context.log, context);
}

async function streamOf({ load, workTree }: Opened, id: string): Promise<StreamState> {
  const { repository } = await load(workTree);
  const stream = findStream(repository, id);
  if (stream === undefined) throw new AperiodicError('not-found', `there is no stream '${id}'`);
  const [problem] = stream.problems;
  if (problem !== undefined) throw problem;
  return stream;
}

async function readValue<K extends Kind>(kind: K, file: string): Promise<SchemaTypes[K]> {
  const { size } = await stat(file).catch((cause: unknown) => {
    throw new AperiodicError('not-found', `the ${kind} value cannot be read`, { file, cause });
  });
  if (size > maxValueBytes)
    throw new AperiodicError('invalid', `is larger than ${maxValueBytes} bytes`, { file });
  let value: unknown;
  try {
    value = JSON.parse(await readFile(file, 'utf8'));
  } catch (cause) {
    throw new AperiodicError('invalid', 'is not JSON', { file, cause });
  }
  return assertValid(kind, value, { file });
}

async function runStage<In extends Kind, Out extends Kind>(
  context: Context,
  { ports, config }: Opened,
  stage: Stage<In, Out>,
  input: SchemaTypes[In],
): Promise<Outcome> {
  const output = await withLock(config.work, async () => stage.run(assertValid(stage.input, input), ports));
  const value = assertValid(stage.output, output);
  const file = context.given.text('output');
  if (file !== undefined) await writeFileAtomic(file, `${JSON.stringify(value, null, 1)}\n`);
  return {
    json: value,
    text: file === undefined ? JSON.stringify(value, null, 1) : `${stage.name}: wrote ${file}`,
  };
}
