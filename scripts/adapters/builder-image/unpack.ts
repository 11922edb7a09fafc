/** A stored image → a folder with its files, by umoci: whiteouts are applied, and no name or link leads out of the folder. */
import { mkdir, rename, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import {
  blobName,
  describeText,
  layoutMarker,
  mediaTypes,
  renderLayoutIndex,
} from '../../model/container/oci.ts';
import { AperiodicError } from '../../model/errors.ts';
import { sha256OfFile } from '../host/digest.ts';
import { exec } from '../host/exec.ts';
import { statOf } from '../host/files.ts';
import type { StoredImage } from './stored.ts';

/** Bytes of all layers, unpacked. */
export const maxUnpackedBytes = 6 * 1024 ** 3;
const layerType = 'application/vnd.oci.image.layer.v1.tar';
const name = 'builder';

/**
 * All of it belongs to the caller, so that plain users get the same files as root, and can remove them.
 * @param folder empty; gets `root`
 * @returns path of the root
 * @throws AperiodicError `invalid` when it is too large, damaged, or holds no system
 */
export async function unpackImage(image: StoredImage, reference: string, folder: string): Promise<string> {
  const layout = path.join(folder, 'layout');
  const root = path.join(folder, 'root');
  await writeLayout(image, reference, layout);
  const failure = { failure: 'invalid', what: `the builder image ${reference} cannot be unpacked` } as const;
  const unpack = ['umoci', 'raw', 'unpack', '--rootless', '--image', `${layout}:${name}`, root];
  await exec('prlimit', [`--fsize=${maxUnpackedBytes}`, '--', ...unpack], failure);
  // Nobody else writes there, and no program of it gives rights to who runs it.
  await exec('chmod', ['--recursive', 'u+rwX,ug-s,go-w', '--', root], failure);
  await prepare(root, reference);
  return root;
}

/** Layers are stored as they came. A layout of plain tars has what every unpacker reads, however they were compressed. */
async function writeLayout(
  { config, layers }: StoredImage,
  reference: string,
  folder: string,
): Promise<void> {
  const blobs = path.join(folder, 'blobs', 'sha256');
  await mkdir(blobs, { recursive: true });
  let left = maxUnpackedBytes;
  const described = [];
  for (const layer of layers) {
    const file = path.join(folder, 'layer');
    // zstd reads gzip too, and passes on what is not compressed.
    const args = ['--decompress', '--quiet', '--force', '--pass-through', '-o', file, '--', layer.path];
    await exec('prlimit', [`--fsize=${left}`, '--', 'zstd', ...args], {
      failure: 'invalid',
      what: `a layer of the builder image ${reference} is damaged or larger than ${left / 1024 ** 2} MiB`,
    });
    const { sha256, size } = await sha256OfFile(file);
    if (`sha256:${sha256}` !== layer.digest)
      throw new AperiodicError(
        'digest-mismatch',
        `a layer of the builder image ${reference} is not what its configuration says`,
      );
    left -= size;
    await rename(file, path.join(blobs, sha256));
    described.push({ mediaType: layerType, digest: layer.digest, size });
  }
  const configured = describeText(mediaTypes.config, config);
  const text = JSON.stringify({
    schemaVersion: 2,
    mediaType: mediaTypes.manifest,
    config: configured,
    layers: described,
  });
  const manifest = describeText(mediaTypes.manifest, text);
  await writeFile(path.join(blobs, blobName(configured.digest)), config);
  await writeFile(path.join(blobs, blobName(manifest.digest)), text);
  await writeFile(path.join(folder, 'index.json'), renderLayoutIndex(manifest, name));
  await writeFile(path.join(folder, 'oci-layout'), layoutMarker);
}

/** Files that are there on every machine, for those of the machine to be mounted over: its own may be links. */
const overlaid = ['resolv.conf', 'hosts'];

async function prepare(root: string, reference: string): Promise<void> {
  for (const folder of ['usr', 'etc']) {
    if ((await statOf(path.join(root, folder)))?.isDirectory()) continue;
    throw new AperiodicError(
      'invalid',
      `the builder image ${reference} holds no system: it has no /${folder}`,
    );
  }
  for (const file of overlaid) {
    const full = path.join(root, 'etc', file);
    await rm(full, { recursive: true, force: true });
    await writeFile(full, '');
  }
}
