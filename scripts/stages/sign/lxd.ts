/** What LXD and Incus want beside the disk of an image that they can start. */
import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { baseName } from '../../model/base-name.ts';
import { lxdMetadataName } from '../../model/documents.ts';
import { boots } from '../../model/qa/checks.ts';
import type { Candidate, FileRef } from '../../model/types.generated.ts';
import type { Ports } from '../../ports.ts';
import type { LxdJob } from '../../render/lxd/metadata.ts';

export interface LxdImage {
  /** Of the tarball. */
  name: string;
  job: LxdJob;
  disk: FileRef;
}

/** Their virtual machines start by UEFI alone: an image is theirs when it has a qcow2 and tests saw it start by UEFI. */
export function listLxdImages({ architectures }: Pick<Candidate, 'architectures'>): LxdImage[] {
  return architectures.flatMap(({ tested: { built, qa } }) => {
    const disk = built.artifacts.find(({ format }) => format === 'qcow2');
    const starts = qa.results.some(
      ({ id, where, result }) => id === boots.id && where === 'uefi' && result === 'passed',
    );
    if (disk === undefined || !starts) return [];
    return [{ name: lxdMetadataName(baseName(built.job)), job: built.job, disk: disk.file }];
  });
}

/** What they know an image by: the SHA-256 of the tarball and of the disk after it. Reads both once. */
export async function findFingerprint(
  tarball: FileRef,
  disk: FileRef,
  { artifacts }: Pick<Ports, 'artifacts'>,
): Promise<string> {
  const hash = createHash('sha256');
  for (const file of [tarball, disk]) {
    const path = await artifacts.get(file);
    for await (const chunk of createReadStream(path, { highWaterMark: chunkBytes })) hash.update(chunk);
  }
  return hash.digest('hex');
}

/** Small reads cost more than the hashing itself. */
const chunkBytes = 1024 * 1024;
