/** Whether an instance that ended says something of its image. */
import { AperiodicError } from '../../model/errors.ts';
import type { CloudInstance } from '../../ports.ts';

/**
 * The image's own doing is a failed test; whatever else ends an instance may go well the next time.
 * StateReason: https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_StateReason.html
 * @throws AperiodicError `qa-failed` or `unreachable` when it is not, or will not be, running
 */
export function assertNotEnded(instance: CloudInstance | undefined, region: string): void {
  if (instance === undefined || instance.state === 'pending' || instance.state === 'running') return;
  const { id, reason = 'no reason given' } = instance;
  if (reason === 'Client.InstanceInitiatedShutdown')
    throw new AperiodicError('qa-failed', `the instance ${id} in ${region} powered itself off`);
  throw new AperiodicError(
    'unreachable',
    `the instance ${id} in ${region} was ended from outside (${reason}): run again`,
  );
}
