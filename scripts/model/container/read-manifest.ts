/**
 * The JSON of container images that others made: OCI image format specification 1.0 (manifest.md, image-index.md, config.md)
 * and Docker's schema 2 (distribution, docs/spec/manifest-v2-2.md), which has the same fields. Nothing is believed but digests.
 */
import { AperiodicError } from '../errors.ts';
import { blobName, type Descriptor } from './oci.ts';

export interface ReadManifest {
  config: Descriptor;
  /** The lowest first. */
  layers: Descriptor[];
}

/** An entry of an index. */
export interface ReadEntry extends Descriptor {
  /** Go's words, such as amd64 and linux; empty where the index is silent. */
  architecture: string;
  os: string;
}

/** More are no image that a person made for this. */
const most = { layers: 128, entries: 200 } as const;
/** Bytes. Registries refuse larger manifests (distribution: 4 MiB). */
export const maxManifestBytes = 4 * 1024 * 1024;

/** @throws AperiodicError `invalid` for what is neither an index nor the manifest of an image */
export function readManifest(text: string): { index: ReadEntry[] } | { image: ReadManifest } {
  const value = parseObject(text);
  const manifests = fieldOf(value, 'manifests');
  if (manifests !== undefined) return { index: listOf(manifests, most.entries, 'manifests').map(readEntry) };
  const layers = listOf(fieldOf(value, 'layers'), most.layers, 'layers').map(readDescriptor);
  return { image: { config: readDescriptor(fieldOf(value, 'config')), layers } };
}

/** @returns architecture, operating system and the digests of the layers before they are compressed */
export function readConfig(text: string): { architecture: string; os: string; layers: string[] } {
  const value = parseObject(text);
  const layers = listOf(fieldOf(fieldOf(value, 'rootfs'), 'diff_ids'), most.layers, 'diff_ids').map(String);
  for (const layer of layers) blobName(layer);
  return { architecture: textOf(value, 'architecture'), os: textOf(value, 'os'), layers };
}

function readEntry(value: unknown): ReadEntry {
  const platform = fieldOf(value, 'platform');
  return {
    ...readDescriptor(value),
    architecture: textOf(platform, 'architecture'),
    os: textOf(platform, 'os'),
  };
}

function readDescriptor(value: unknown): Descriptor {
  const [digest, size] = [textOf(value, 'digest'), fieldOf(value, 'size')];
  blobName(digest);
  if (typeof size !== 'number' || !Number.isSafeInteger(size) || size < 0)
    throw refuse(`${digest} has no size`);
  return { mediaType: textOf(value, 'mediaType'), digest, size };
}

function parseObject(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw new AperiodicError('invalid', 'what describes the container image is not JSON', { cause });
  }
}

function fieldOf(value: unknown, name: string): unknown {
  return typeof value === 'object' && value !== null && Object.hasOwn(value, name)
    ? Reflect.get(value, name)
    : undefined;
}

function textOf(value: unknown, name: string): string {
  const found = fieldOf(value, name);
  return typeof found === 'string' ? found.slice(0, 300) : '';
}

function listOf(value: unknown, longest: number, what: string): unknown[] {
  if (Array.isArray(value) && value.length > 0 && value.length <= longest) return value;
  throw refuse(`it must have 1 to ${longest} '${what}'`);
}

function refuse(why: string): AperiodicError {
  return new AperiodicError('invalid', `that is not the manifest of a container image: ${why}`);
}
