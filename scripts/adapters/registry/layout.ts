/** Several archives of OCI image layouts → one layout with an index over them. */
import { mkdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import {
  blobName,
  describeText,
  layoutMarker,
  mediaTypes,
  renderIndex,
  renderLayoutIndex,
} from '../../model/container/oci.ts';
import { AperiodicError } from '../../model/errors.ts';
import type { ContainerRelease } from '../../ports/registry.ts';
import { sha256OfFile } from '../host/digest.ts';
import { exec } from '../host/exec.ts';

/** Larger ones are no manifests: registries refuse them (distribution: 4 MiB). */
const maxManifestBytes = 4 * 1024 * 1024;

/**
 * Blobs are named by digest, so those of all architectures fit in one folder.
 * @param folder empty
 * @throws AperiodicError `digest-mismatch` when a manifest is not among the archives' blobs or is another
 */
export async function joinLayouts(release: ContainerRelease, folder: string): Promise<void> {
  await mkdir(path.join(folder, 'blobs', 'sha256'), { recursive: true });
  for (const archive of release.archives) {
    const options = ['--no-same-owner', '--no-same-permissions', '--no-overwrite-dir'];
    const where = [`--file=${path.resolve(archive)}`, `--directory=${folder}`];
    await exec('tar', ['--extract', ...options, ...where, '--', 'blobs'], {
      what: 'the image could not be unpacked',
    });
  }
  const blobs = path.join(folder, 'blobs', 'sha256');
  for (const { digest, size, architecture } of release.manifests) {
    const found = await sha256OfFile(path.join(blobs, blobName(digest))).catch(() => undefined);
    if (found?.sha256 === blobName(digest) && found.size === size && size <= maxManifestBytes) continue;
    throw new AperiodicError(
      'digest-mismatch',
      `the ${architecture} image does not hold its manifest ${digest}: run 'aperiodic build' again`,
    );
  }
  const text = renderIndex(release.manifests, release.version);
  const index = describeText(mediaTypes.index, text);
  if (index.digest !== release.digest)
    throw new AperiodicError('internal', `the index is ${index.digest}, not ${release.digest}`);
  await writeFile(path.join(blobs, blobName(index.digest)), text);
  await writeFile(path.join(folder, 'index.json'), renderLayoutIndex(index, release.version));
  await writeFile(path.join(folder, 'oci-layout'), layoutMarker);
}
