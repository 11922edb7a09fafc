/** What the process outside of the build's walls and the one inside say to each other, as JSON. */
import type { ImageSpec } from '../../model/kickstart/image-spec.ts';
import type {
  Architecture,
  ContainerDigests,
  Format,
  PayloadKind,
  Pin,
} from '../../model/types.generated.ts';

/** Sent once, on the worker's standard input. */
export interface WorkerRequest {
  spec: ImageSpec;
  payload: PayloadKind;
  /** Rpm is that of the builder image behind the wall, not the host's. */
  builder?: true;
  pins: Pin[];
  architecture: Architecture;
  /** What file system and partition ids are derived from: the stream, so that they stay the same over its releases. */
  seed: string;
  /** Seconds since 1970: no file of the image is younger. */
  epoch: number;
  formats: Format[];
  /** What a container image says of itself; no byte of a disk depends on it. */
  release: { stream: string; name: string; version: string };
  /** Name of the results without extension. */
  baseName: string;
}

/** One line each on the worker's standard output. */
export type WorkerMessage =
  | { kind: 'note'; text: string }
  | { kind: 'progress'; done: number; total: number; unit: string }
  | { kind: 'failed'; code: string; message: string; detail?: string; file?: string; line?: number }
  | { kind: 'done'; container?: ContainerDigests };
