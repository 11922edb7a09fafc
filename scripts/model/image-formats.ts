/** Which forms an image is published in, and what their files are called. */
import { AperiodicError } from './errors.ts';
import type { ImageKind } from './kickstart/image-spec.ts';
import type { Format } from './types.generated.ts';

const kinds: Record<Format, ImageKind> = {
  qcow2: 'disk',
  'raw.zst': 'disk',
  oci: 'container',
  'docker-archive': 'container',
};

const endings: Record<Format, string> = {
  qcow2: 'qcow2',
  'raw.zst': 'raw.zst',
  oci: 'oci.tar',
  'docker-archive': 'docker.tar',
};

export function formatEnding(format: Format): string {
  return endings[format];
}

/** File name of a form. */
export function formatName(baseName: string, format: Format): string {
  return `${baseName}.${endings[format]}`;
}

/**
 * The file that all forms are made of, and whose digest says whether two builds are equal: the raw disk, or the layer
 * of a container before it is compressed.
 */
export function rawName(baseName: string, formats: readonly Format[]): string {
  return `${baseName}.${kindOfFormats(formats) === 'container' ? 'layer.tar' : 'raw'}`;
}

/** @throws AperiodicError `invalid` when they are not of one kind */
export function kindOfFormats(formats: readonly Format[]): ImageKind {
  const [kind, other] = [...new Set(formats.map((format) => kinds[format]))];
  if (kind !== undefined && other === undefined) return kind;
  throw new AperiodicError(
    'invalid',
    `'formats' [${formats.join(', ')}] mix those of a disk (qcow2, raw.zst) and of a container (oci, docker-archive)`,
  );
}

/** @throws AperiodicError `invalid` naming the kickstart when it asks for the other kind of image */
export function assertKind(kind: ImageKind, formats: readonly Format[], kickstart: string): void {
  const wanted = kindOfFormats(formats);
  if (kind === wanted) return;
  const what =
    wanted === 'container'
      ? "describes a disk, but the stream's formats are of a container: write 'bootloader --disabled' and no part"
      : "describes a container ('bootloader --disabled'), but the stream's formats are of a disk";
  throw new AperiodicError('invalid', what, { file: kickstart });
}
