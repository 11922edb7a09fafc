/**
 * Makes what is due: reads the main branch, plans, and carries out the plan stream by stream. Push, schedule and a person
 * all run this. Safe to run at any time and again after a kill: it starts from what git, the store and the mirrors hold,
 * and with nothing to do it writes nothing.
 */
import { AperiodicError, toAperiodicError } from './model/errors.ts';
import { makeCandidate, makeJob, recallTested } from './model/job.ts';
import type { Action, StreamPlan } from './model/plan.ts';
import { planRepository, planStream } from './model/plan.ts';
import { findStream, type ReleaseState, type Repository, type StreamState } from './model/streams.ts';
import type { MirrorTarget, Recorded, Release, Uploaded } from './model/types.generated.ts';
import { makeUploaded, stages } from './pipeline.ts';
import type { Ports, Tree } from './ports.ts';
import { bringBack } from './reconcile/bring-back.ts';
import { versionOf } from './render/plan.ts';
import { renderRelease } from './render/release.ts';
import { commitMinted, type MintedFile } from './stages/mint.ts';

export interface ReconcileOptions {
  /** Reads a tree; the caller knows how kickstarts are parsed. */
  load(tree: Tree): Promise<Repository>;
  /** Only these streams; all when left out. @throws not-found for one that is not there */
  streams?: readonly string[];
  /** Nothing is done unless this version is the one that counts. */
  version?: string;
}

/** What became of one stream. */
export interface Outcome {
  stream: string;
  /** The plan that was carried out: the last one, after a minted file. */
  plan: StreamPlan;
  /** What was recorded; undefined when there was nothing to do, or it failed. */
  recorded?: Recorded;
  /** The release file that CI had to write, if it had to. */
  minted?: string;
  error?: AperiodicError;
}

/** One outcome a stream. A stream that fails does not stop the others; its outcome has the error. */
export async function reconcile(ports: Ports, options: ReconcileOptions): Promise<Outcome[]> {
  const tree = await ports.forge.head();
  const repository = await options.load(tree);
  const plans = choosePlans(planRepository(repository, { mergedAt: tree.date }), options.streams);
  if (options.version !== undefined) for (const plan of plans) assertVersion(plan, options.version);
  const outcomes: Outcome[] = [];
  for (const plan of plans) {
    const outcome: Outcome = { stream: plan.stream, plan };
    outcomes.push(outcome);
    try {
      await reconcileStream(outcome, { tree, repository }, ports, options);
    } catch (error) {
      outcome.error = toAperiodicError(error);
    }
  }
  return outcomes;
}

/** @throws AperiodicError `not-found` for a stream that the tree does not have */
export function choosePlans(plans: StreamPlan[], streams: readonly string[] | undefined): StreamPlan[] {
  if (streams === undefined) return plans;
  return streams.map((id) => {
    const plan = plans.find(({ stream }) => stream === id);
    if (plan !== undefined) return plan;
    const known = plans.map(({ stream }) => stream).join(', ');
    throw new AperiodicError(
      'not-found',
      `there is no stream '${id}' on the main branch; there is ${known === '' ? 'none' : known}`,
    );
  });
}

function assertVersion({ stream, action, why }: StreamPlan, version: string): void {
  const due = versionOf(action);
  if (due === version || due === undefined) return;
  throw new AperiodicError(
    'conflict',
    `${stream} ${version} is not the release that counts: ${due} is (${why})`,
  );
}

/** Each time that somebody pushes to the stream in between costs one. */
const mintAttempts = 10;

interface Seen {
  tree: Tree;
  repository: Repository;
}

async function reconcileStream(
  outcome: Outcome,
  seen: Seen,
  ports: Ports,
  options: ReconcileOptions,
): Promise<void> {
  let now = seen;
  for (let attempt = 1; outcome.plan.action.kind === 'mint'; attempt++) {
    if (attempt > mintAttempts) {
      throw new AperiodicError('conflict', `${outcome.stream} keeps changing on the main branch: run again`);
    }
    await mint(outcome, outcome.plan.action, ports, options);
    const tree = await ports.forge.head();
    now = { tree, repository: await options.load(tree) };
    outcome.plan = planOne(now, outcome.stream);
  }
  const recorded = await carryOut(outcome.plan.action, outcome.stream, now, ports);
  if (recorded !== undefined) outcome.recorded = recorded;
}

/** Commits the release file, unless somebody pushed meanwhile and the plan of what is there now asks for another. */
async function mint(
  outcome: Outcome,
  action: Extract<Action, { kind: 'mint' }>,
  ports: Ports,
  { load }: ReconcileOptions,
): Promise<void> {
  const { stream } = outcome;
  const { release } = action;
  const file = fileOf(action);
  ports.log.info(`${stream}: writing ${file.path} (${release.reason})`);
  const written = await commitMinted(
    file,
    `Release ${stream} ${release.version}\n\n${release.reason}\n`,
    async (tree) => {
      const { action: asked } = planOne({ tree, repository: await load(tree) }, stream);
      return asked.kind === 'mint' ? fileOf(asked) : undefined;
    },
    ports,
  );
  if (written) outcome.minted = file.path;
}

function fileOf({ path: file, release }: Extract<Action, { kind: 'mint' }>): MintedFile {
  return { path: file, content: renderRelease(release) };
}

function planOne({ tree, repository }: Seen, id: string): StreamPlan {
  const stream = findStream(repository, id);
  if (stream !== undefined) return planStream(repository, stream, { mergedAt: tree.date });
  throw new AperiodicError('conflict', `${id} was removed from the main branch meanwhile: run again`);
}

async function carryOut(action: Action, id: string, seen: Seen, ports: Ports): Promise<Recorded | undefined> {
  switch (action.kind) {
    case 'release':
      return await release(action.release, id, seen, ports);
    case 'continue':
    case 'extend':
      return await extend(action.release, action.mirrors, id, seen, ports);
    case 'blocked':
      throw blockedError(id, action.problems);
    default:
      return undefined;
  }
}

function blockedError(id: string, problems: readonly AperiodicError[]): AperiodicError {
  const [first] = problems;
  if (first === undefined) return new AperiodicError('invalid', `${id} cannot be released`);
  const rest = problems.slice(1).map((problem) => problem.located);
  return new AperiodicError(first.code, first.message, {
    file: first.file,
    line: first.line,
    detail: [first.detail ?? '', ...rest].filter((text) => text !== '').join('\n'),
    cause: first,
  });
}

async function release(wanted: Release, id: string, seen: Seen, ports: Ports): Promise<Recorded> {
  const { stream } = stateOf(seen.repository, id, wanted);
  const uploaded: Uploaded[] = [];
  for (const architecture of wanted.architectures) {
    uploaded.push(await makeUploaded(makeJob(stream, wanted, architecture, seen.tree.commit), ports));
  }
  return await publish(stream, uploaded, wanted.targets.mirrors, seen.repository, ports);
}

/** Brings a recorded release to more mirrors: its files come from this machine or from a mirror that holds them. */
async function extend(
  wanted: Release,
  mirrors: readonly string[],
  id: string,
  seen: Seen,
  ports: Ports,
): Promise<Recorded> {
  const { stream, state } = stateOf(seen.repository, id, wanted);
  const { record } = state;
  if (record === undefined)
    throw new AperiodicError('internal', `${id} ${wanted.version} has no record to extend`);
  const tested = recallTested(stream, state, record);
  for (const { built } of tested) {
    for (const { name, file } of built.artifacts) {
      await bringBack(name, file, record.mirrors, ports);
    }
  }
  return await publish(
    stream,
    tested.map((one) => ({ tested: one })),
    mirrors,
    seen.repository,
    ports,
  );
}

async function publish(
  stream: StreamState,
  uploaded: readonly Uploaded[],
  mirrors: readonly string[],
  repository: Repository,
  ports: Ports,
): Promise<Recorded> {
  const targets = mirrors.map((id) => targetOf(repository, id));
  const mirrored = await stages.mirror.run(makeCandidate(stream, uploaded, targets), ports);
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
