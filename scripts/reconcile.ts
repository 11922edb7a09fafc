/**
 * Makes what is due: reads the main branch, plans, writes the release files that are due, builds what may be built at once,
 * and carries out the plan stream by stream. Push, schedule and a person
 * all run this. Safe to run at any time and again after a kill: it starts from what git, the store and the mirrors hold,
 * and with nothing to do it writes nothing.
 */
import { AperiodicError, toAperiodicError } from './model/errors.ts';
import type { Action, StreamPlan } from './model/plan.ts';
import { planRepository, planStream } from './model/plan.ts';
import { findStream, type Repository } from './model/streams.ts';
import type { Recorded } from './model/types.generated.ts';
import type { Ports, Tree } from './ports.ts';
import { type Ahead, buildAhead, noneAhead } from './reconcile/build-ahead.ts';
import { carryOut } from './reconcile/carry-out.ts';
import { checkCloud } from './reconcile/check-cloud.ts';
import { checkSigner } from './reconcile/check-signer.ts';
import type { Seen } from './reconcile/make-release.ts';
import { type Tended, tendCloud } from './reconcile/tend-cloud.ts';
import { tendStreams } from './reconcile/tend-streams.ts';
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
  /** Leaves images that are to be built alone: for a job that has rights, after jobs without any that build. */
  withoutBuild?: boolean;
  /** Images that may be built at the same time. Default 1. */
  buildsAtOnce?: number;
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
  /** What was done with images of earlier releases, one line each. */
  tended?: string[];
  error?: AperiodicError;
}

/** One outcome a stream. A stream that fails does not stop the others; its outcome has the error. */
export async function reconcile(ports: Ports, options: ReconcileOptions): Promise<Outcome[]> {
  const first = await look(ports, options);
  const ids = choosePlans(planAll(first), options.streams).map(({ stream }) => stream);
  const before = await tendCloud(first.repository, ids, ports, options);
  const seen = first.repository.targets?.aws === undefined ? first : await look(ports, options);
  const plans = choosePlans(planAll(seen), options.streams);
  if (options.version !== undefined) for (const plan of plans) assertVersion(plan, options.version);
  const outcomes: Outcome[] = plans.map((plan) => ({ stream: plan.stream, plan }));
  const begun: { outcome: Outcome; now: Seen }[] = [];
  await forEach(outcomes, async (outcome) => {
    begun.push({ outcome, now: await beginStream(outcome, seen, ports, options) });
  });
  const built =
    options.withoutBuild === true
      ? noneAhead
      : await buildAhead(
          begun.map(({ outcome: { plan }, now }) => ({ plan, now })),
          options.buildsAtOnce ?? 1,
          ports,
        );
  await forEach(outcomes, async (outcome) => {
    const now = begun.find((one) => one.outcome === outcome)?.now;
    if (now !== undefined) await finishStream(outcome, now, built, ports, options);
  });
  const recorded = outcomes.some((outcome) => outcome.recorded?.record.images !== undefined);
  const after = recorded ? await tendCloud((await look(ports, options)).repository, ids, ports, options) : [];
  const idle = outcomes.every(({ plan, error }) => error === undefined && isIdle(plan.action));
  const signed = await tendStreams(ids, ports, idle && after.length === 0 ? seen.tree : undefined);
  for (const outcome of outcomes) addTended(outcome, [...before, ...after, ...signed]);
  return outcomes;
}

/** Whether carrying it out writes nothing to the main branch. */
function isIdle({ kind }: Action): boolean {
  return kind === 'nothing' || kind === 'held';
}

async function look(ports: Ports, { load }: ReconcileOptions): Promise<Seen> {
  const tree = await ports.forge.head();
  return { tree, repository: await load(tree) };
}

function planAll({ tree, repository }: Seen): StreamPlan[] {
  return planRepository(repository, { mergedAt: tree.date });
}

function addTended(outcome: Outcome, all: readonly Tended[]): void {
  const mine = all.filter(({ stream }) => stream === outcome.stream);
  const lines = mine.flatMap(({ done }) => done);
  if (lines.length > 0) outcome.tended = lines;
  const [error] = mine.flatMap(({ errors }) => errors);
  if (error !== undefined) outcome.error ??= error;
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

/** A stream that fails does not stop the others. */
async function forEach(
  outcomes: readonly Outcome[],
  work: (outcome: Outcome) => Promise<void>,
): Promise<void> {
  for (const outcome of outcomes) {
    try {
      await work(outcome);
    } catch (error) {
      outcome.error = toAperiodicError(error);
    }
  }
}

/** Looks whether it could be ended, and writes its release file where that is due. Gives what to go on with. */
async function beginStream(
  outcome: Outcome,
  seen: Seen,
  ports: Ports,
  options: ReconcileOptions,
): Promise<Seen> {
  const { kind } = outcome.plan.action;
  if (options.withoutBuild === true && (kind === 'mint' || kind === 'release')) return seen;
  await checkSigner(outcome.plan.action, ports);
  await checkCloud(outcome.plan.action, outcome.stream, seen.repository, ports);
  return await mintStream(outcome, seen, ports, options);
}

async function finishStream(
  outcome: Outcome,
  now: Seen,
  built: Ahead,
  ports: Ports,
  options: ReconcileOptions,
): Promise<void> {
  const { action } = outcome.plan;
  if (options.withoutBuild === true && (action.kind === 'mint' || action.kind === 'release')) return;
  const failed = built.get(outcome.stream);
  if (failed !== undefined) throw failed;
  const recorded = await carryOut(action, outcome.stream, now, ports, options);
  if (recorded !== undefined) outcome.recorded = recorded;
}

/** Commits the release file that the outcome's plan asks for, if it asks for one; gives the tree and plan to go on with. */
async function mintStream(
  outcome: Outcome,
  seen: Seen,
  ports: Pick<Ports, 'forge' | 'log'>,
  options: ReconcileOptions,
): Promise<Seen> {
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
  return now;
}

/** Only commits the release files that are due, for CI whose next jobs build without any right. One outcome a stream. */
export async function mintDue(
  ports: Pick<Ports, 'forge' | 'log'>,
  options: ReconcileOptions,
): Promise<Outcome[]> {
  const tree = await ports.forge.head();
  const seen = { tree, repository: await options.load(tree) };
  const outcomes: Outcome[] = [];
  for (const plan of choosePlans(planAll(seen), options.streams)) {
    const outcome: Outcome = { stream: plan.stream, plan };
    outcomes.push(outcome);
    try {
      await mintStream(outcome, seen, ports, options);
      const { action, why } = outcome.plan;
      // It must not keep the other streams from their releases; 'aperiodic plan' fails for it.
      if (action.kind === 'blocked') ports.log.warn(`${outcome.stream} is blocked: ${why}`);
    } catch (error) {
      outcome.error = toAperiodicError(error);
    }
  }
  return outcomes;
}

/** Commits the release file, unless somebody pushed meanwhile and the plan of what is there now asks for another. */
async function mint(
  outcome: Outcome,
  action: Extract<Action, { kind: 'mint' }>,
  ports: Pick<Ports, 'forge' | 'log'>,
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
