/** What is installed in streams, by the names that advisories use. */
import type { StreamState } from '../streams.ts';
import type { AffectedPackage, Architecture, PayloadKind, Pin, Pins } from '../types.generated.ts';
import type { Wanted } from './reading.ts';

/** The pins of a stream, of every architecture, with what is needed to compare them. */
export interface PinnedStream {
  /** `debian-12/cloud-base`. */
  id: string;
  payload: PayloadKind;
  /** Package repositories. */
  repositories: readonly string[];
  pins: readonly Pins[];
}

/** A stream as its folder has it; undefined when it has no pins that can be read. */
export function pinnedStream({ id, stream, pins }: StreamState): PinnedStream | undefined {
  if (stream === undefined || pins.length === 0) return undefined;
  return { id, payload: stream.payload, repositories: stream.repositories, pins };
}

/** First part of a stream's id: `debian-12`. */
export function distributionOf(streamId: string): string {
  return streamId.split('/', 1)[0] ?? streamId;
}

/** The source package of a pin, in the version that advisories of sources compare with. */
export interface SourcePackage {
  name: string;
  version: string;
}

/**
 * What the pin says. Where it says nothing, the name is the package's own, or of a deb the folder's in the archive's layout
 * (pool/COMPONENT/PREFIX/SOURCE/), and the version is the package's own without what a rebuild of binaries adds (+bN).
 */
export function sourceOf(pin: Pin, payload: PayloadKind): SourcePackage {
  if (pin.source !== undefined) return pin.source;
  if (payload === 'rpm') return { name: pin.name, version: pin.version };
  const folder = /^pool\/(?:[^/]+\/)+([^/]+)\/[^/]+$/.exec(pin.path)?.[1];
  return { name: folder ?? pin.name, version: pin.version.replace(/\+b\d+$/, '') };
}

/** One package of one stream and architecture. */
export interface Occurrence {
  stream: string;
  /** Of the image. */
  architecture: Architecture;
  pin: Pin;
}

/** All occurrences of one version of a package under one name. */
export interface InstalledVersion {
  version: string;
  occurrences: Occurrence[];
}

/** Versions by `source NAME` and `binary NAME`. */
export type Installed = ReadonlyMap<string, readonly InstalledVersion[]>;

export function nameKey(of: 'source' | 'binary', name: string): string {
  return `${of} ${name}`;
}

export function indexInstalled(streams: readonly PinnedStream[]): Installed {
  const versions = new Map<string, Map<string, InstalledVersion>>();
  const add = (key: string, version: string, occurrence: Occurrence) => {
    const known = versions.get(key) ?? new Map<string, InstalledVersion>();
    versions.set(key, known);
    const found = known.get(version) ?? { version, occurrences: [] };
    known.set(version, found);
    found.occurrences.push(occurrence);
  };
  for (const { id, payload, pins } of streams) {
    for (const { architecture, packages } of pins) {
      for (const pin of packages) {
        const occurrence = { stream: id, architecture, pin };
        add(nameKey('binary', pin.name), pin.version, occurrence);
        const source = sourceOf(pin, payload);
        add(nameKey('source', source.name), source.version, occurrence);
      }
    }
  }
  return new Map([...versions].map(([key, known]) => [key, [...known.values()]]));
}

/** What readers of feeds need not leave out. */
export function wantedOf(streams: readonly PinnedStream[]): Wanted {
  const installed = indexInstalled(streams);
  return (of, name) => installed.has(nameKey(of, name));
}

/** Occurrence as a finding names it. */
export function affectedPackage(
  { pin, architecture }: Occurrence,
  fixed: string | undefined,
): AffectedPackage {
  return {
    name: pin.name,
    architecture,
    installed: pin.version,
    ...(fixed === undefined ? {} : { fixed }),
  };
}
