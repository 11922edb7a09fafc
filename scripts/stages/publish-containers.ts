/**
 * In: a release whose archives are on every mirror. Out: where each registry holds its image.
 *
 * Brought by digest only: tags move when the record is on the main branch. Safe to run twice: a registry that has the index
 * of this digest is not written to, and one that failed does not keep the others from being tried.
 */
import { digestOfText, renderIndex } from '../model/container/oci.ts';
import { AperiodicError, toAperiodicError } from '../model/errors.ts';
import { compareText } from '../model/order.ts';
import type { Candidate, RecordedContainer } from '../model/types.generated.ts';
import type { ContainerRelease, Ports } from '../ports.ts';

export type ContainerPorts = Pick<Ports, 'artifacts' | 'log' | 'registry'>;

/** @throws AperiodicError of the first registry that failed, after all were tried */
export async function publishContainers(
  candidate: Candidate,
  ports: ContainerPorts,
): Promise<RecordedContainer[]> {
  const { registries = [], stream, version } = candidate;
  if (registries.length === 0) return [];
  const task = ports.log.task(`publish ${stream} ${version} in registries`);
  try {
    const release = await describeRelease(candidate, ports);
    const failures: { id: string; error: AperiodicError }[] = [];
    for (const id of registries) {
      task.note(id);
      const error = await bringTo(id, stream, release, ports).then(() => undefined, toAperiodicError);
      if (error !== undefined) failures.push({ id, error });
    }
    const [first] = failures;
    if (first !== undefined) {
      const list = failures.map(({ id, error }) => `${id}: ${error.message}`);
      throw new AperiodicError(
        first.error.code,
        `${stream} ${version} could not be brought to ${failures.map(({ id }) => id).join(', ')}. Run it again: what is done stays. ${first.error.message}`,
        { detail: [...list, first.error.detail ?? ''].join('\n').trim(), cause: first.error },
      );
    }
    task.done(release.digest);
    return registries
      .map((registry) => ({ registry, repository: stream, digest: release.digest }))
      .sort((a, b) => compareText(a.registry, b.registry));
  } catch (error) {
    task.failed(toAperiodicError(error).message);
    throw error;
  }
}

async function describeRelease(
  { stream, version, architectures }: Candidate,
  { artifacts }: ContainerPorts,
): Promise<ContainerRelease> {
  const parts = await Promise.all(
    architectures.map(async ({ tested: { built } }) => {
      const archive = built.artifacts.find(({ format }) => format === 'oci');
      const { container, job } = built;
      if (archive === undefined || container === undefined)
        throw new AperiodicError(
          'invalid',
          `${stream} ${version} has no OCI archive for ${job.architecture}`,
        );
      const { manifest: digest, size } = container;
      const path = await artifacts.get(archive.file);
      return { path, manifest: { architecture: job.architecture, digest, size } };
    }),
  );
  const manifests = parts.map(({ manifest }) => manifest);
  const digest = digestOfText(renderIndex(manifests, version));
  return { version, digest, manifests, archives: parts.map(({ path }) => path) };
}

async function bringTo(
  id: string,
  stream: string,
  release: ContainerRelease,
  { artifacts, registry }: ContainerPorts,
): Promise<void> {
  const place = registry(id);
  if ((await place.resolve(stream, release.digest)) === release.digest) return;
  const folder = await artifacts.workFolder(`${stream}/${release.version}/registry-${id}`);
  await place.push(stream, release, folder);
}
