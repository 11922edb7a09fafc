import type { CallContext } from './cloud.ts';
import { identityArn } from './identities.ts';
import { isAllowed, type Need } from './policy.ts';
import type { Tag } from './state/types.ts';

/**
 * The first action the caller's policy does not allow; undefined when all are. Each resource is judged by itself, with
 * its own tags. Source: IAM User Guide, "Policy evaluation logic".
 */
export function firstDenied(
  needs: readonly Need[],
  requestTags: readonly Tag[],
  context: CallContext,
): { action: string; message: string } | undefined {
  const { policy } = context.identity;
  if (policy === undefined) return undefined;
  for (const { action, resources } of needs) {
    for (const resource of resources ?? [undefined]) {
      const permission = { action, resource, context: conditions(resource, action, requestTags, context) };
      if (isAllowed(policy, permission)) continue;
      const on = resource === undefined ? '' : ` on resource: ${resource}`;
      const who = identityArn(context.identity);
      return { action, message: `User: ${who} is not authorized to perform: ${action}${on}` };
    }
  }
  return undefined;
}

function conditions(
  resource: string | undefined,
  action: string,
  requestTags: readonly Tag[],
  context: CallContext,
): Map<string, string> {
  const values = new Map([['aws:requestedregion', context.region.name]]);
  if (action === 'ec2:CreateTags' && context.call !== 'CreateTags')
    values.set('ec2:createaction', context.call);
  for (const tag of requestTags) values.set(`aws:requesttag/${tag.key.toLowerCase()}`, tag.value);
  for (const tag of tagsOf(resource, context))
    values.set(`aws:resourcetag/${tag.key.toLowerCase()}`, tag.value);
  return values;
}

function tagsOf(resource: string | undefined, context: CallContext): readonly Tag[] {
  const id = resource?.split('/').at(-1) ?? '';
  const { region } = context;
  const byId = [region.images, region.snapshots, region.instances, region.volumes, region.securityGroups];
  const found = byId.map((things) => things.get(id)).find((thing) => thing !== undefined);
  if (found !== undefined) return found.tags;
  // Key pairs are named by their names in ARNs.
  const { account } = context.identity;
  return [...region.keyPairs.values()].find((pair) => pair.name === id && pair.owner === account)?.tags ?? [];
}
