/** The NoCloud seed of a guest: a small vfat volume labelled CIDATA (cloud-init documentation, "NoCloud"). */
import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import { renderQaUserData } from '../../model/qa/user-data.ts';
import { exec } from '../host/exec.ts';

export interface Seed {
  /** New for each guest: cloud-init does its once-per-instance work when it changes. */
  instanceId: string;
  hostname: string;
  /** A line of authorized_keys. */
  publicKey: string;
  /** Instead of what the checks ask for. */
  userData?: string | undefined;
}

const seedKiB = 1024;

export function renderMetaData({ instanceId, hostname }: Seed): string {
  // JSON is YAML, and quotes whatever is in the values.
  return `${JSON.stringify({ 'instance-id': instanceId, 'local-hostname': hostname }, undefined, 2)}\n`;
}

/**
 * Writes the seed to a new file in an existing folder and returns its path.
 * @throws AperiodicError `missing-tool` without dosfstools or mtools
 */
export async function makeSeed(folder: string, seed: Seed): Promise<string> {
  const image = path.join(folder, 'seed.img');
  await exec('mkfs.vfat', ['-C', '-n', 'CIDATA', '--', image, String(seedKiB)]);
  const userData = seed.userData ?? renderQaUserData(seed);
  const files = { 'meta-data': renderMetaData(seed), 'user-data': userData };
  for (const [name, content] of Object.entries(files)) {
    const file = path.join(folder, name);
    await writeFile(file, content);
    await exec('mcopy', ['-i', image, file, `::${name}`]);
  }
  return image;
}
