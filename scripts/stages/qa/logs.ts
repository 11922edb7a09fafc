/** Where the logs of a stage go. */
import { readdir, rm } from 'node:fs/promises';
import path from 'node:path';
import type { Built } from '../../model/types.generated.ts';

export function folderOf({ job }: Built, part: string): string {
  return `${job.stream}/${job.version}/${part}-${job.architecture}`;
}

/** The folder without the files of an earlier run that this one may not write again. */
export async function freshLogs(folder: string, own: RegExp): Promise<string> {
  for (const name of await readdir(folder)) {
    if (own.test(name)) await rm(path.join(folder, name), { force: true });
  }
  return folder;
}
