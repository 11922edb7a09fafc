/** Things of a region by id, with the codes for those that are not there. */
import { type CallContext, isVisible } from '../../cloud.ts';
import { TERMINATED_SHOWN } from '../../compute/fleet.ts';
import { defaultVpc } from '../../compute/network.ts';
import { CloudError } from '../../errors.ts';
import type { Instance, SecurityGroup, Volume } from '../../state/compute-types.ts';

/** Codes of this file: EC2 API Reference, "Error codes for the Amazon EC2 API". */
const MALFORMED = {
  i: 'InvalidInstanceID.Malformed',
  vol: 'InvalidParameterValue',
  sg: 'InvalidGroupId.Malformed',
  subnet: 'InvalidSubnetID.Malformed',
} as const;

export function checkResourceId(id: string, prefix: keyof typeof MALFORMED): void {
  if (new RegExp(`^${prefix}-([0-9a-f]{8}|[0-9a-f]{17})$`).test(id)) return;
  throw new CloudError(MALFORMED[prefix], `Invalid id: "${id}" (expecting "${prefix}-...")`);
}

/** Instances of the caller that are still shown. */
export function listInstances(context: CallContext): Instance[] {
  return [...context.region.instances.values()].filter(
    (one) =>
      one.owner === context.identity.account &&
      isVisible(one, context) &&
      (one.terminatedAt === undefined || context.now <= one.terminatedAt + TERMINATED_SHOWN),
  );
}

/** @throws InvalidInstanceID.NotFound with all ids that are not there */
export function findInstances(ids: readonly string[], context: CallContext): Instance[] {
  for (const id of ids) checkResourceId(id, 'i');
  const known = new Map(listInstances(context).map((one) => [one.id, one]));
  const missing = ids.filter((id) => !known.has(id));
  if (missing.length > 0) {
    const text =
      missing.length === 1
        ? `The instance ID '${missing[0]}' does not exist`
        : `The instance IDs '${missing.join(', ')}' do not exist`;
    throw new CloudError('InvalidInstanceID.NotFound', text);
  }
  return [...new Set(ids)].flatMap((id) => known.get(id) ?? []);
}

export function findInstance(id: string, context: CallContext): Instance {
  const [instance] = findInstances([id], context);
  if (instance === undefined) throw new CloudError('InvalidInstanceID.NotFound', id);
  return instance;
}

export function incorrectState(id: string, verb: string): CloudError {
  return new CloudError(
    'IncorrectInstanceState',
    `The instance '${id}' is not in a state from which it can be ${verb}.`,
  );
}

export function findVolume(id: string, context: CallContext): Volume {
  checkResourceId(id, 'vol');
  const volume = context.region.volumes.get(id);
  if (volume?.owner === context.identity.account && isVisible(volume, context)) return volume;
  throw new CloudError('InvalidVolume.NotFound', `The volume '${id}' does not exist.`);
}

/** The caller's groups, with the one that each account has from the beginning. */
export function listGroups(context: CallContext): SecurityGroup[] {
  const { account } = context.identity;
  const vpc = defaultVpc(account, context.region.name);
  const usual: SecurityGroup = {
    id: vpc.defaultGroup,
    owner: account,
    name: 'default',
    description: 'default VPC security group',
    vpcId: vpc.id,
    ingress: [],
    tags: [],
  };
  const kept = [...context.region.securityGroups.values()].filter((group) => group.owner === account);
  return [...(kept.some((group) => group.id === usual.id) ? [] : [usual]), ...kept];
}

export function findGroup(id: string, context: CallContext): SecurityGroup {
  checkResourceId(id, 'sg');
  const found = listGroups(context).find((group) => group.id === id);
  if (found !== undefined) return found;
  throw new CloudError('InvalidGroup.NotFound', `The security group '${id}' does not exist`);
}
