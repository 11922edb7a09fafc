/** What the files of an image are called. */
import type { Job } from './types.generated.ts';

/** Names as Fedora's: Fedora-Cloud-Base-44-20261122.0.x86_64. */
export function baseName(job: Pick<Job, 'name' | 'version' | 'architecture'>): string {
  return `${job.name}-${job.version}.${job.architecture}`;
}
