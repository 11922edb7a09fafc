/** Root folder → a container image: one layer, as an archive of an OCI image layout and as what `docker load` takes. */
import { link, mkdir, readdir, rename, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import {
  blobName,
  type ContainerIdentity,
  type Descriptor,
  describeText,
  layoutMarker,
  mediaTypes,
  platformOf,
  renderConfig,
  renderDockerManifest,
  renderLayoutIndex,
  renderManifest,
} from '../../model/container/oci.ts';
import { formatName, rawName } from '../../model/image-formats.ts';
import { compareText } from '../../model/order.ts';
import type { ContainerDigests, Format } from '../../model/types.generated.ts';
import { sha256OfFile } from '../host/digest.ts';
import type { BuildContext } from './context.ts';
import { inside } from './sandbox.ts';

/** Of a file that takes its place in an archive. */
const archived = ['--owner=0', '--group=0', '--numeric-owner', '--mode=u=rwX,go=rX', '--format=ustar'];

/** Writes the layer and every form of the image to the folder of results. */
export async function writeContainer(context: BuildContext): Promise<ContainerDigests> {
  const { baseName, formats, release, architecture, spec } = context.request;
  const identity = { ...release, architecture, lang: spec.lang };
  const layer = path.join(inside.out, rawName(baseName, formats));
  await writeLayer(context, layer);
  // On the disk, as the results are: links cost nothing there.
  const folder = path.join(inside.out, 'container');
  await mkdir(folder);
  const made = await writeLayout(context, layer, path.join(folder, 'oci'), identity);
  for (const format of formats) {
    context.note(`packing (${format})`);
    await packFormat(context, format, { folder, made, identity });
  }
  await rm(folder, { recursive: true });
  return { manifest: made.manifest.digest, size: made.manifest.size, config: made.config.digest };
}

/**
 * The root as one tar: names sorted, owners as numbers, times as the build has set them, capabilities of files kept, and
 * without times of access and change, which are the build's own.
 */
async function writeLayer(context: BuildContext, target: string): Promise<void> {
  context.note('writing the layer');
  const names = (await readdir(inside.root)).sort(compareText);
  await context.run(
    'tar',
    [
      '--create',
      `--file=${target}`,
      `--directory=${inside.root}`,
      '--sort=name',
      '--numeric-owner',
      '--format=posix',
      '--pax-option=exthdr.name=%d/PaxHeaders/%f,delete=atime,delete=ctime',
      '--xattrs',
      '--xattrs-include=security.capability',
      '--xattrs-include=user.*',
      '--',
      ...names,
    ],
    { what: 'the layer could not be written' },
  );
}

interface Layout {
  config: Descriptor & { text: string };
  manifest: Descriptor;
  layer: Descriptor;
}

async function writeLayout(
  context: BuildContext,
  layer: string,
  folder: string,
  identity: ContainerIdentity,
): Promise<Layout> {
  context.note('compressing the layer');
  const blobs = path.join(folder, 'blobs', 'sha256');
  await mkdir(blobs, { recursive: true });
  const before = await sha256OfFile(layer);
  // Without name and time of the file: the bytes follow from the content and the version of gzip.
  await context.run('gzip', ['--no-name', '-9', '--keep', '--', layer], {
    what: 'the layer could not be compressed',
  });
  const packed = await sha256OfFile(`${layer}.gz`);
  await rename(`${layer}.gz`, path.join(blobs, packed.sha256));
  const configText = renderConfig(identity, `sha256:${before.sha256}`);
  const config = describeText(mediaTypes.config, configText);
  const descriptor = { mediaType: mediaTypes.layer, digest: `sha256:${packed.sha256}`, size: packed.size };
  const manifestText = renderManifest(config, descriptor);
  const manifest = describeText(mediaTypes.manifest, manifestText);
  await writeFile(path.join(blobs, blobName(config.digest)), configText);
  await writeFile(path.join(blobs, blobName(manifest.digest)), manifestText);
  const entry = { ...manifest, platform: platformOf(identity.architecture) };
  await writeFile(path.join(folder, 'index.json'), renderLayoutIndex(entry, identity.version));
  await writeFile(path.join(folder, 'oci-layout'), layoutMarker);
  return { config: { ...config, text: configText }, manifest, layer: descriptor };
}

interface Packing {
  folder: string;
  made: Layout;
  identity: ContainerIdentity;
}

async function packFormat(
  context: BuildContext,
  format: Format,
  { folder, made, identity }: Packing,
): Promise<void> {
  const target = path.join(inside.out, formatName(context.request.baseName, format));
  switch (format) {
    case 'oci':
      await pack(context, path.join(folder, 'oci'), target);
      return;
    case 'docker-archive': {
      const docker = path.join(folder, 'docker');
      await mkdir(docker);
      const blob = blobName(made.layer.digest);
      const config = `${blobName(made.config.digest)}.json`;
      // Readers take a compressed layer; an archive that is compressed as a whole is refused by skopeo 1.9.
      await link(path.join(folder, 'oci', 'blobs', 'sha256', blob), path.join(docker, `${blob}.tar.gz`));
      await writeFile(path.join(docker, config), made.config.text);
      const manifest = renderDockerManifest(config, `${blob}.tar.gz`, identity);
      await writeFile(path.join(docker, 'manifest.json'), manifest);
      await pack(context, docker, target);
      return;
    }
    default:
      throw new Error(`${format} is not a form of a container`);
  }
}

async function pack(context: BuildContext, folder: string, target: string): Promise<void> {
  const names = (await readdir(folder)).sort(compareText);
  const times = ['--sort=name', `--mtime=@${context.request.epoch}`];
  await context.run(
    'tar',
    ['--create', `--file=${target}`, `--directory=${folder}`, ...times, ...archived, '--', ...names],
    { what: 'the archive could not be written' },
  );
}
