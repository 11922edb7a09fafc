/**
 * What the SSM parameters of a stream should say, from records alone: a record is written when every required region and
 * mirror holds the release, so nothing that it names public is incomplete.
 */
import { latestPointer, versionPointer } from '../aws-names.ts';
import { keyOf, type Pointer, type PointerName, type PointerPlan } from '../cloud.ts';
import { architectures } from '../machine.ts';
import { liveReleases, type StreamState } from '../streams.ts';
import type { RecordedImage } from '../types.generated.ts';
import type { Observed } from './observed.ts';

/**
 * `latest` names the newest live release that has a public image in the region: not the stream's newest where a region of
 * best effort missed that. Versions are named while their images are public.
 */
export function wantPointers(stream: StreamState, prefix: string): Pointer[] {
  const pointers: Pointer[] = [];
  const led = new Set<string>();
  for (const { release, record } of liveReleases(stream)) {
    for (const image of record?.images ?? []) {
      if (image.state !== 'public') continue;
      const { region, architecture, ami } = image;
      if (!led.has(keyOf(image)))
        pointers.push({ region, name: latestPointer(prefix, stream.id, architecture), ami });
      led.add(keyOf(image));
      pointers.push({ region, name: versionPointer(prefix, stream.id, release.version, architecture), ami });
    }
  }
  return pointers;
}

/**
 * What pointers must be like before these images stop being public: none names them, and `latest` has gone on to what is
 * left. Done first, so that nobody is led to an image that cannot be launched.
 */
export function pointersWithout(
  stream: StreamState,
  prefix: string,
  version: string,
  images: readonly RecordedImage[],
): PointerPlan {
  const leaving = new Set(images.map(keyOf));
  const others = {
    ...stream,
    releases: stream.releases.map((state) => {
      if (state.release.version !== version || state.record === undefined) return state;
      const left = (state.record.images ?? []).filter((image) => !leaving.has(keyOf(image)));
      return { ...state, record: { ...state.record, images: left } };
    }),
  };
  const regions = new Set(images.map(({ region }) => region));
  const put = wantPointers(others, prefix).filter(
    ({ region, name }) => regions.has(region) && name.endsWith('/latest'),
  );
  const wanted = new Set(put.map(nameOf));
  const gone = images.flatMap(({ region, architecture }) => [
    { region, name: latestPointer(prefix, stream.id, architecture) },
    { region, name: versionPointer(prefix, stream.id, version, architecture) },
  ]);
  return { put, remove: gone.filter((pointer) => !wanted.has(nameOf(pointer))) };
}

/**
 * Pointers that are not what the records say, in the regions that were seen: those to write, and those of this stream's
 * own versions that name nothing any more. A record may be behind what a run did that was killed: only images that were
 * seen public are pointed to.
 */
export function findPointerDrift(stream: StreamState, prefix: string, observed: Observed): PointerPlan {
  const seen = new Set(observed.regions);
  const there = new Map(observed.pointers.map((pointer) => [nameOf(pointer), pointer.ami]));
  const wanted = wantPointers(stream, prefix).filter(({ region }) => seen.has(region));
  const names = new Set(wanted.map(nameOf));
  const open = new Set(
    observed.images.filter((image) => image.public).map(({ region, ami }) => `${region} ${ami}`),
  );
  const own = new Set(
    architectures.flatMap((architecture) => [
      latestPointer(prefix, stream.id, architecture),
      ...stream.versions.map((version) => versionPointer(prefix, stream.id, version, architecture)),
    ]),
  );
  return {
    put: wanted.filter(
      (pointer) => there.get(nameOf(pointer)) !== pointer.ami && open.has(`${pointer.region} ${pointer.ami}`),
    ),
    remove: observed.pointers
      .filter((pointer) => own.has(pointer.name) && seen.has(pointer.region) && !names.has(nameOf(pointer)))
      .map(({ region, name }) => ({ region, name })),
  };
}

/** Names a parameter in all regions. */
export function nameOf({ region, name }: PointerName): string {
  return `${region} ${name}`;
}
