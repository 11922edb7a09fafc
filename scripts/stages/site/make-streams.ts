/** Makes what changed of all streams, and takes over the rest. */
import type { AperiodicError } from '../../model/errors.ts';
import { refuseProblems } from '../../model/load-file.ts';
import { signingDate } from '../../model/signing-date.ts';
import type { PublishedFile, SignedSibling } from '../../model/site/file.ts';
import type { ListedStream } from '../../model/site/load-site.ts';
import type { SitePart } from '../../model/site/part.ts';
import { streamUnitId, type Unit } from '../../model/site/plan-site.ts';
import type { Tree } from '../../model/tree.ts';
import type { SiteManifest, SiteUnit } from '../../model/types.generated.ts';
import type { MadeStream, SiteCrew, SiteDraft, SiteSource } from '../../ports/site.ts';
import type { Ports, SigningKey, Task } from '../../ports.ts';
import { dataFiles } from '../../render/site/data-files.ts';
import { webPages } from '../../render/site/web-pages.ts';
import { joinEntries } from './assemble.ts';
import { makeStream } from './make-stream.ts';
import type { SiteInputs } from './read-inputs.ts';

/** Every part of a site. Its files may not be those of another part. */
export const siteParts: readonly SitePart[] = [webPages, dataFiles];

export type StreamsPorts = Pick<Ports, 'signer'> & {
  source: SiteSource;
  /** Absent where all is made by one. */
  crew?: SiteCrew | undefined;
};

export interface StreamsMaking {
  tree: Tree;
  draft: SiteDraft;
  streams: readonly ListedStream[];
  inputs: SiteInputs;
  parts: readonly SitePart[];
  keys: readonly SigningKey[];
  signedBy: string[];
  before: SiteManifest | undefined;
  /** Units of streams of which nothing changed. */
  same: ReadonlyMap<string, readonly Unit[]>;
  task: Task;
}

/** Fewer releases than these are made faster than a crew is at its place. */
const crewReleases = 400;

/** By id, each stream's in their order. */
export async function makeStreams(
  filling: StreamsMaking,
  ports: StreamsPorts,
): Promise<Record<string, SiteUnit>> {
  const { streams, before, same, draft, keys, task } = filling;
  const kept = new Map<string, [string, SiteUnit][]>();
  const stale: ListedStream[] = [];
  for (const listed of streams) {
    const old = (same.get(listed.id) ?? []).flatMap(({ id }) => {
      const unit = before?.units[id];
      return unit === undefined ? [] : [[id, unit] satisfies [string, SiteUnit]];
    });
    if (same.has(listed.id) && old.every(([, { files }]) => draft.keep(files))) kept.set(listed.id, old);
    else stale.push(listed);
  }
  const problems: AperiodicError[] = [];
  const total = stale.reduce((sum, { releases }) => sum + releases.length + 1, 0);
  let done = 0;
  task.note('rendering');
  const onUnits = (count: number) => {
    done += count;
    task.progress(done, total, 'steps');
  };
  for await (const made of runCrew(stale, onUnits, filling, ports)) {
    problems.push(...made.problems);
    const units = made.units.map(({ id, unit, isNew }) => {
      const old = isNew ? undefined : before?.units[id];
      return [id, old ?? unit] satisfies [string, SiteUnit];
    });
    for (const [id, unit] of units) {
      const siblings = made.siblings.flatMap((one) => (one.unit === id ? one.sibling : []));
      if (siblings.length === 0) continue;
      const signed = await signAll(siblings, keys, ports);
      const entries = signed.map((file) => [file.path, draft.write(file)] as const);
      unit.files = joinEntries([...Object.entries(unit.files), ...entries]);
    }
    kept.set(made.id, units);
  }
  refuseProblems(problems);
  return Object.fromEntries(streams.flatMap(({ id }) => kept.get(id) ?? []));
}

/** Each stream when it is made, by a crew when there is enough to do for one. */
async function* runCrew(
  streams: readonly ListedStream[],
  onUnits: (count: number) => void,
  { tree, draft, before, inputs, signedBy, parts }: StreamsMaking,
  { source, crew }: StreamsPorts,
): AsyncIterable<MadeStream> {
  const unitsOf = (stream: string) => unitsOfStream(stream, before);
  const count = streams.reduce((sum, { releases }) => sum + releases.length, 0);
  if (crew === undefined || parts !== siteParts || streams.length < 2 || count < crewReleases) {
    for (const listed of streams) {
      const onUnit = () => onUnits(1);
      const making = { ...inputs, tree, source, draft, signedBy, parts, onUnit };
      yield await makeStream(listed, unitsOf(listed.id), making);
    }
    return;
  }
  const { settings, common, keep } = inputs;
  const job = { commit: tree.commit, settings, common, keep: [...keep], signedBy, place: draft.place };
  yield* crew.make(streams, unitsOf, job, onUnits);
}

function unitsOfStream(stream: string, before: SiteManifest | undefined): Record<string, SiteUnit> {
  const own = Object.entries(before?.units ?? {}).filter(
    ([id]) => id === streamUnitId(stream) || id.startsWith(`release ${stream} `),
  );
  return Object.fromEntries(own);
}

/** None without a key. */
export async function signAll(
  siblings: readonly SignedSibling[],
  keys: readonly SigningKey[],
  { signer }: Pick<Ports, 'signer'>,
): Promise<PublishedFile[]> {
  const signed: PublishedFile[] = [];
  for (const { path, text, at } of keys.length === 0 ? [] : siblings)
    signed.push({ path, content: await signer.clearSign(text, signingDate(new Date(at), keys)) });
  return signed;
}
