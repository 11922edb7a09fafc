/**
 * The tarball that LXD and Incus want beside a virtual machine's disk: `metadata.yaml` alone. Templates are none: the agent of LXD or
 * Incus would write them in the guest, and our images have none; cloud-init takes its data from the drive `cloud-init:config`.
 * https://documentation.ubuntu.com/lxd/latest/reference/image_format/, https://linuxcontainers.org/incus/docs/main/reference/image_format/
 */
import { pack } from 'tar-stream';
import { baseName } from '../../model/base-name.ts';
import { debianWordOf, machineOf } from '../../model/catalog/architectures.ts';
import { splitFolder } from '../../model/catalog/catalog.ts';
import type { Job } from '../../model/types.generated.ts';
import { dateOfVersion } from '../../model/version.ts';
import { storeXz } from './store-xz.ts';

/** Equal jobs give equal bytes. */
export async function renderLxdMetadata(job: LxdJob): Promise<Uint8Array> {
  const archive = pack();
  const owner = { uid: 0, gid: 0, uname: 'root', gname: 'root' };
  const mtime = dateOfVersion(job.version);
  archive.entry({ name: 'metadata.yaml', mode: 0o644, mtime, ...owner }, renderLxdYaml(job));
  archive.finalize();
  const parts: Uint8Array[] = [];
  for await (const part of archive) parts.push(part);
  return storeXz(Buffer.concat(parts));
}

export type LxdJob = Pick<Job, 'stream' | 'name' | 'version' | 'architecture'>;

/**
 * Without an expiry date it never expires. Properties are those that `lxc image list` shows of an image of simplestreams; for who
 * brings it in by `lxc image import` they come from here.
 */
export function renderLxdYaml(job: LxdJob): string {
  const { stream, version, architecture } = job;
  const [folder = '', image = ''] = stream.split('/');
  const { distribution, distributionRelease } = splitFolder(folder);
  const word = debianWordOf(architecture);
  const properties = {
    architecture: word,
    description: `${job.name} ${word} (${version})`,
    name: baseName(job),
    os: distribution,
    ...(distributionRelease === '' ? {} : { release: distributionRelease, version: distributionRelease }),
    serial: version,
    variant: image,
  };
  return [
    `architecture: ${machineOf(architecture)}`,
    `creation_date: ${dateOfVersion(version).getTime() / 1000}`,
    'properties:',
    // A string of JSON is one of YAML, and is no number.
    ...Object.entries(properties).map(([key, value]) => `  ${key}: ${JSON.stringify(value)}`),
    '',
  ].join('\n');
}
