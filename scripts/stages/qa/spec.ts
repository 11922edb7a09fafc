/** What the kickstart of a built image asks for. */

import type { ImageSpec } from '../../model/kickstart/image-spec.ts';
import { interpretKickstart } from '../../model/kickstart/interpret.ts';
import type { Built } from '../../model/types.generated.ts';
import type { Ports } from '../../ports.ts';

export async function specOf({ job }: Built, { kickstarts }: Pick<Ports, 'kickstarts'>): Promise<ImageSpec> {
  const parsed = await kickstarts.parse(job.kickstart);
  const { repositories } = job.pins.request;
  const { payload, architecture } = job;
  return interpretKickstart(parsed, job.kickstart, { payload, repositories, architecture }).spec;
}
