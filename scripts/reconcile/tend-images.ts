/**
 * Carries out what is due for images after their release, one action after the other. Each ends with its record on main,
 * and the next is planned from there, so that a run that was killed finds what is left, and what pointers fall back to is
 * public before they move.
 */
import type { Attempt, ImagePlan, PointerPlan, RecordedImage } from '../model/cloud.ts';
import { AperiodicError } from '../model/errors.ts';
import { isReadable, type LifecycleAction, planLifecycle } from '../model/plan/lifecycle.ts';
import { wantPointers } from '../model/plan/pointers.ts';
import type { Repository } from '../model/streams.ts';
import type { Ports, Tree } from '../ports.ts';
import { describeLifecycle } from '../render/plan.ts';
import { recordImages } from '../stages/record-images.ts';

/** The stages that change images, with their ports. Each looks before it writes, and tries every region. */
export interface ImageWork {
  movePointers(plan: PointerPlan): Promise<Attempt<unknown>>;
  restoreImages(plan: ImagePlan): Promise<Attempt<RecordedImage>>;
  /** Makes them private. */
  withdrawImages(plan: ImagePlan): Promise<Attempt<RecordedImage>>;
  /** Deregisters them and deletes their snapshots. */
  removeImages(plan: ImagePlan): Promise<Attempt<RecordedImage>>;
  /** Sets when they count as deprecated. */
  renewImages(plan: ImagePlan, at: string): Promise<Attempt<RecordedImage>>;
}

/** What is asked for besides the work itself. */
export type TendPorts = Pick<Ports, 'forge' | 'clock' | 'log'>;

export interface TendOptions {
  load(tree: Tree): Promise<Repository>;
  work: ImageWork;
  /** Only these; all when left out. */
  streams?: readonly string[] | undefined;
}

/** What was done for one stream. */
export interface Tended {
  stream: string;
  /** One line each. */
  done: string[];
  errors: AperiodicError[];
}

/**
 * Makes images and pointers what the tree says. One entry for each stream where something was done or failed.
 * @param seen the newest commit, loaded; it is read again after each change
 */
export async function tendImages(
  seen: Repository,
  ports: TendPorts,
  options: TendOptions,
): Promise<Tended[]> {
  const { load, streams } = options;
  const tended = new Map<string, Tended>();
  const tried = new Set<string>();
  const isMine = (stream: string) => streams === undefined || streams.includes(stream);
  let repository = seen;
  for (;;) {
    const due = planLifecycle(repository, ports.clock.now()).find(
      (action) => isMine(action.stream) && !tried.has(nameOf(action)),
    );
    if (due === undefined) break;
    // Regions that fail are left to the next run: what else is due must not wait for them.
    tried.add(nameOf(due));
    ports.log.info(`${due.stream}: ${describeLifecycle(due)}`);
    const { done, failures } = await carryOut(due, options.work);
    const serious = warnOfBestEffort(due.stream, failures, repository, ports);
    if (done.length > 0) await writeDown(due, done, serious.length === 0, ports);
    note(tended, due.stream, done.length > 0 ? [describeLifecycle({ ...due, images: done })] : [], serious);
    repository = await load(await ports.forge.head());
  }
  const prefix = repository.targets?.aws?.pointers;
  for (const stream of prefix === undefined ? [] : repository.streams.filter(isReadable)) {
    if (!isMine(stream.id) || prefix === undefined) continue;
    const put = wantPointers(stream, prefix);
    if (put.length === 0) continue;
    const { failures } = await options.work.movePointers({ put, remove: [] });
    note(tended, stream.id, [], warnOfBestEffort(stream.id, failures, repository, ports));
  }
  return [...tended.values()];
}

function nameOf({ kind, stream, version }: LifecycleAction): string {
  return `${kind} ${stream} ${version}`;
}

async function carryOut(action: LifecycleAction, work: ImageWork): Promise<Attempt<RecordedImage>> {
  const { stream, version, images } = action;
  const plan: ImagePlan = { stream, version, images };
  switch (action.kind) {
    case 'restore':
      return await work.restoreImages(plan);
    case 'renew':
      return await work.renewImages(plan, action.deprecateAt);
    case 'promote':
      return { done: [], failures: (await work.movePointers(action.pointers)).failures };
    default:
      return await close(plan, action.kind, action.pointers, work);
  }
}

/** Pointers first, region by region: where they could not be moved, the image stays as it is. */
async function close(
  plan: ImagePlan,
  kind: 'withdraw' | 'retire' | 'remove',
  pointers: PointerPlan,
  work: ImageWork,
): Promise<Attempt<RecordedImage>> {
  const { failures } = await work.movePointers(pointers);
  const failed = new Set(failures.map(({ region }) => region));
  const images = plan.images.filter(({ region }) => !failed.has(region));
  const left = { ...plan, images };
  if (images.length === 0) return { done: [], failures };
  const closed = kind === 'remove' ? await work.removeImages(left) : await work.withdrawImages(left);
  return { done: closed.done, failures: [...failures, ...closed.failures] };
}

const verbs = {
  restore: 'Restore',
  renew: 'Renew',
  promote: 'Promote',
  withdraw: 'Withdraw',
  retire: 'Retire',
  remove: 'Remove',
} as const;

async function writeDown(
  action: LifecycleAction,
  images: RecordedImage[],
  everywhere: boolean,
  ports: TendPorts,
): Promise<void> {
  const { kind, stream, version } = action;
  const change = { stream, version, images, verb: verbs[kind] };
  if (kind !== 'renew') await recordImages(change, ports);
  else if (everywhere) await recordImages({ ...change, deprecateAt: action.deprecateAt }, ports);
}

/** The failures that are more than a warning. */
function warnOfBestEffort(
  stream: string,
  failures: Attempt<unknown>['failures'],
  { targets }: Repository,
  { log }: Pick<Ports, 'log'>,
): Attempt<unknown>['failures'] {
  const bestEffort = new Set(
    targets?.aws?.regions.filter((region) => region.bestEffort === true).map(({ id }) => id),
  );
  for (const { region, error } of failures)
    if (bestEffort.has(region)) log.warn(`${stream} in ${region}, later again: ${error.message}`);
  return failures.filter(({ region }) => !bestEffort.has(region));
}

function note(
  tended: Map<string, Tended>,
  stream: string,
  done: string[],
  failures: Attempt<unknown>['failures'],
): void {
  if (done.length + failures.length === 0) return;
  const entry = tended.get(stream) ?? { stream, done: [], errors: [] };
  entry.done.push(...done);
  for (const { region, error } of failures) {
    const message = `${region}: ${error.message}`;
    entry.errors.push(new AperiodicError(error.code, message, { detail: error.detail, cause: error }));
  }
  tended.set(stream, entry);
}
