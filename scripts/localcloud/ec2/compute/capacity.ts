import type { CallContext } from '../../cloud.ts';
import { CloudError } from '../../errors.ts';
import { sizeOf } from '../../rules/instance-types.ts';
import type { Instance } from '../../state/compute-types.ts';

const BLOCK_SIZE = 524_288;

/**
 * Room for one more instance: the account's vCPUs in the region, the host's memory and disk. Sources: EC2 API Reference,
 * "Error codes for the Amazon EC2 API", VcpuLimitExceeded (client) and InsufficientInstanceCapacity (server).
 */
export async function checkCapacity(
  instanceType: string,
  snapshotIds: readonly string[],
  context: CallContext,
): Promise<void> {
  const { cloud, region } = context;
  const size = sizeOf(instanceType);
  const vcpus = sum([...region.instances.values()].filter(isRunning), 'vcpus');
  if (vcpus + size.vcpus > cloud.limits.vcpus) {
    throw new CloudError(
      'VcpuLimitExceeded',
      `You have requested more vCPU capacity than your current vCPU limit of ${cloud.limits.vcpus} allows for the instance bucket that the specified instance type belongs to. Please visit http://aws.amazon.com/contact-us/ec2-request to request an adjustment to this limit.`,
    );
  }
  const everywhere = [...cloud.regions.values()].flatMap((one) => [...one.instances.values()]);
  const memory = sum(everywhere.filter(isRunning), 'memory');
  if (memory + size.memory > cloud.limits.guestMemory) throw noCapacity(instanceType, 'memory');
  const maps = await Promise.all(snapshotIds.map((id) => cloud.blocks.map(id)));
  const bytes = maps.reduce((total, map) => total + map.size * BLOCK_SIZE, 0);
  if (!(await cloud.fleet.disks.hasRoom(bytes))) throw noCapacity(instanceType, 'disk');
}

function isRunning({ state }: Instance): boolean {
  return state !== 'stopped' && state !== 'terminated';
}

function sum(instances: readonly Instance[], of: 'vcpus' | 'memory'): number {
  return instances.reduce((total, one) => total + sizeOf(one.instanceType)[of], 0);
}

function noCapacity(instanceType: string, what: string): CloudError {
  const message = `We currently do not have sufficient ${instanceType} capacity: the host of localcloud has not enough ${what}.`;
  return new CloudError('InsufficientInstanceCapacity', message, { status: 500 });
}
