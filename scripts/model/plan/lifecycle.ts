/**
 * What is due for images after their release: the difference between the states that retention and withdrawals ask for
 * and those that the records have. Pure, like the plan; carried out by the same reconcile, one action after the other
 * with a record written after each, so that a run that was killed finds what is left.
 */
import { heldImages, type ImagePlan, type PointerPlan } from '../cloud.ts';
import type { Repository, StreamState } from '../streams.ts';
import type { AwsTargets, ImageState, RecordedImage } from '../types.generated.ts';
import type { Observed } from './observed.ts';
import { findPointerDrift, pointersWithout } from './pointers.ts';
import { deprecationDate, newestWithImages, type WantedImage, wantImages } from './retention.ts';

/** `images` have the state that they come to; `why` is one sentence without a full stop. */
export type LifecycleAction = ImagePlan & { why: string } & (
    | { kind: 'restore' }
    /** The newest live release's date of deprecation is put off. */
    | { kind: 'renew'; deprecateAt: string }
    /** Seen in the cloud only: pointers are not what the records say. */
    | { kind: 'promote'; pointers: PointerPlan }
    /** Made private; for `remove`, deregistered and their snapshots deleted. `pointers` come first. */
    | { kind: 'withdraw' | 'retire' | 'remove'; pointers: PointerPlan }
  );

export type LifecycleKind = LifecycleAction['kind'];

/**
 * What is due, stream by stream, in the order in which it is to be done. The order matters: what pointers fall back to is
 * public first, and what is recorded changes what comes next, so plan again after each action. Nothing for a stream with
 * a release file or record that cannot be read: it might be the one that counts.
 * @param observed of the cloud; without it nothing is said of pointers
 */
export function planLifecycle(repository: Repository, now: Date, observed?: Observed): LifecycleAction[] {
  const { aws } = repository.targets ?? {};
  if (aws === undefined) return [];
  return repository.streams.flatMap((stream) => {
    if (!isReadable(stream)) return [];
    const images = planImages(stream, aws, now);
    return [
      ...images.filter(({ kind }) => kind === 'restore'),
      ...planRenewal(stream, now),
      ...(observed === undefined ? [] : planPointers(stream, aws, observed)),
      ...images.filter(({ kind }) => kind !== 'restore'),
    ];
  });
}

/** Whether every release and record that the folder names could be read. */
export function isReadable({ versions, releases }: StreamState): boolean {
  const read = new Set(releases.map(({ release }) => release.version));
  return versions.every((version) => read.has(version));
}

const order: readonly LifecycleKind[] = ['restore', 'withdraw', 'retire', 'remove'];

function planImages(stream: StreamState, aws: AwsTargets, now: Date): LifecycleAction[] {
  const groups = new Map<string, WantedImage[]>();
  for (const wanted of wantImages(stream, aws, now)) {
    if (wanted.image.state === wanted.wanted) continue;
    const key = `${order.indexOf(kindOf(wanted.wanted))} ${wanted.release.version}`;
    groups.set(key, [...(groups.get(key) ?? []), wanted]);
  }
  const actions = [...groups.values()].flatMap((group) => {
    const [first] = group;
    return first === undefined ? [] : [makeAction(stream, aws, first, group)];
  });
  return actions.sort((a, b) => order.indexOf(a.kind) - order.indexOf(b.kind));
}

function kindOf(wanted: ImageState): 'restore' | 'withdraw' | 'retire' | 'remove' {
  const kinds = { public: 'restore', withdrawn: 'withdraw', private: 'retire', removed: 'remove' } as const;
  return kinds[wanted];
}

function makeAction(
  stream: StreamState,
  aws: AwsTargets,
  { release, wanted }: WantedImage,
  group: readonly WantedImage[],
): LifecycleAction {
  const { version, withdrawn } = release;
  const images: RecordedImage[] = group.map(({ image }) => ({ ...image, state: wanted }));
  const kind = kindOf(wanted);
  const base = { stream: stream.id, version, images };
  if (kind === 'restore') return { ...base, kind, why: `${version} counts again and is to be public` };
  const pointers = pointersWithout(stream, aws.pointers, version, images);
  const why = {
    withdraw: `${version} was withdrawn: ${withdrawn?.reason}`,
    retire: `${version} is older than stream.yaml lets releases be public`,
    remove:
      withdrawn === undefined
        ? `${version} is past the day of removal that stream.yaml sets`
        : `${version} was withdrawn, and the days of grace are over`,
  }[kind];
  return { ...base, kind, pointers, why };
}

function planRenewal(stream: StreamState, now: Date): LifecycleAction[] {
  const retention = stream.stream?.aws?.retention;
  const newest = newestWithImages(stream);
  // Of a retired stream the date stays: its users learn from it that nothing newer comes.
  if (stream.stream?.retired !== undefined) return [];
  if (retention === undefined || newest?.record === undefined) return [];
  const { release, record } = newest;
  const deprecateAt = deprecationDate(release.version, retention, now, record.deprecateAt);
  if (deprecateAt === record.deprecateAt) return [];
  const images = heldImages(record);
  const why = `${release.version} is the newest, and would be deprecated too soon`;
  return [{ kind: 'renew', stream: stream.id, version: release.version, images, deprecateAt, why }];
}

function planPointers(stream: StreamState, aws: AwsTargets, observed: Observed): LifecycleAction[] {
  const pointers = findPointerDrift(stream, aws.pointers, observed);
  if (pointers.put.length + pointers.remove.length === 0) return [];
  const version = newestWithImages(stream)?.release.version ?? '';
  const why = 'pointers are not what the records say';
  return [{ kind: 'promote', stream: stream.id, version, images: [], pointers, why }];
}
