/** Matrices of GitHub jobs. Every value in them is of a closed form, so that a workflow may put it into a name. */
import type { StreamChange } from './changes.ts';
import type { Architecture } from './types.generated.ts';

/** GitHub's own runners, by architecture: an image is booted by a machine of its kind. */
const runners: Record<Architecture, string> = {
  amd64: 'ubuntu-24.04',
  x86_64: 'ubuntu-24.04',
  arm64: 'ubuntu-24.04-arm',
  aarch64: 'ubuntu-24.04-arm',
};

export interface BuildJob {
  stream: string;
  architecture: Architecture;
  runner: string;
  /** For names of artifacts, which hold no slash: `debian-12.cloud-base.amd64`. */
  slug: string;
}

export interface StreamJob {
  stream: string;
  slug: string;
  kind: 'build' | 'release';
}

/** One job for each architecture of each stream that makes a new image. */
export function makeMatrix(changes: readonly StreamChange[]): { include: BuildJob[] } {
  const include = changes
    .filter(({ kind }) => kind === 'build')
    .flatMap(({ stream, architectures }) =>
      architectures.map((architecture) => ({
        stream,
        architecture,
        runner: runners[architecture],
        slug: `${slugOf(stream)}.${architecture}`,
      })),
    );
  return { include };
}

/** One job for each stream that has something to release. */
export function makeStreamMatrix(changes: readonly StreamChange[]): { include: StreamJob[] } {
  const include = changes.flatMap(({ stream, kind }) =>
    kind === 'build' || kind === 'release' ? [{ stream, slug: slugOf(stream), kind }] : [],
  );
  return { include };
}

/** Ids hold no dots, so the way back is unique. */
function slugOf(stream: string): string {
  return stream.replace('/', '.');
}
