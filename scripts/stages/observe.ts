/**
 * In: streams with their records. Out: what AWS has of them, for comparing. Only reads.
 *
 * Reads may be behind writes, so that each region is looked at until two looks in a row agree.
 */
import { tagKeys } from '../model/aws-names.ts';
import type { Pointer } from '../model/cloud.ts';
import { compareText } from '../model/order.ts';
import type { Observed, ObservedImage } from '../model/plan/observed.ts';
import type { StreamState } from '../model/streams.ts';
import type { AwsTargets } from '../model/types.generated.ts';
import type { CloudImage, CloudRegion, Ports } from '../ports.ts';
import { settle } from './cloud/settle.ts';
import { type RegionFailure, tryAll } from './cloud/try-all.ts';

interface RegionView {
  region: string;
  images: ObservedImage[];
  pointers: Pointer[];
}

/** Milliseconds until two looks must agree. */
const limit = 10 * 60_000;
/** Seconds that a call may keep failing: a region that cannot be seen now is looked at the next time. */
const patience = 60;

/** @returns what was seen, and the regions that could not be looked at */
export async function observeCloud(
  streams: readonly StreamState[],
  aws: AwsTargets,
  { clock, cloud }: Pick<Ports, 'clock' | 'cloud'>,
): Promise<{ observed: Observed; failures: RegionFailure[] }> {
  const recorded = streams.flatMap(({ releases }) => releases.flatMap(({ record }) => record?.images ?? []));
  const regions = [
    ...new Set([...aws.regions, ...recorded.map(({ region }) => ({ id: region }))].map(({ id }) => id)),
  ];
  const { done, failures } = await tryAll(
    regions.sort(),
    (id) => id,
    async (id): Promise<RegionView> => {
      const region = cloud.region(id, patience);
      const known = recorded.filter((image) => image.region === id && image.state !== 'removed');
      const ids = streams.map((stream) => stream.id);
      let last = '';
      return await settle({
        what: `two looks at ${id} agree`,
        read: () =>
          look(
            region,
            ids,
            aws.pointers,
            known.map(({ ami }) => ami),
          ),
        accept: (view) => {
          const text = JSON.stringify(view);
          const same = last === '' || text === last;
          last = text;
          return same;
        },
        limit,
        clock,
      });
    },
  );
  const views = done.sort((a, b) => compareText(a.region, b.region));
  return {
    observed: {
      regions: views.map(({ region }) => region),
      images: views.flatMap(({ images }) => images),
      pointers: views.flatMap(({ pointers }) => pointers),
    },
    failures,
  };
}

/** Images with tags of these streams or ids of records, and parameters below the paths of the streams. */
async function look(
  region: CloudRegion,
  streams: readonly string[],
  prefix: string,
  recorded: readonly string[],
): Promise<RegionView> {
  const images = new Map<string, CloudImage>();
  const pointers: Pointer[] = [];
  for (const stream of streams) {
    for (const image of await region.findImages({ tags: { [tagKeys.stream]: stream } }))
      images.set(image.id, image);
    for (const [name, ami] of await region.parametersBelow(`${prefix}/${stream}`))
      pointers.push({ region: region.id, name, ami });
  }
  for (const id of recorded) {
    if (images.has(id)) continue;
    const image = await region.image(id);
    if (image !== undefined && image.state !== 'gone') images.set(id, image);
  }
  return {
    region: region.id,
    images: [...images.values()]
      .map((image) => observe(image, region.id))
      .sort((a, b) => compareText(a.ami, b.ami)),
    pointers: pointers.sort((a, b) => compareText(a.name, b.name)),
  };
}

function observe(image: CloudImage, region: string): ObservedImage {
  return {
    region,
    ami: image.id,
    snapshot: image.snapshot,
    public: image.public,
    createdAt: image.createdAt,
    deprecateAt: image.deprecateAt,
    stream: image.tags[tagKeys.stream] ?? '',
    version: image.tags[tagKeys.version] ?? '',
    architecture: image.tags[tagKeys.architecture] ?? '',
  };
}
