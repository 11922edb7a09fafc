import type { Call, CallContext } from '../cloud.ts';
import type { Need } from '../policy.ts';
import type { Fields } from '../protocols/fields.ts';
import type { JsonStructure } from '../protocols/json.ts';
import { putParameter } from './put-parameter.ts';
import { deleteParameter, getParameter, getParameters, getParametersByPath } from './read-parameters.ts';
import { addTagsToResource, listTagsForResource } from './tags.ts';

type SsmCall = Call<Fields, JsonStructure>;

/**
 * The calls of Systems Manager we make. Source of the permissions: Service Authorization Reference, "Actions … for AWS
 * Systems Manager"; ec2:DescribeImages for image parameters: User Guide, "Using native parameter support …".
 */
export const SSM_CALLS: Readonly<Record<string, SsmCall>> = {
  PutParameter: { access: 'write', permissions: putNeeds, run: putParameter },
  DeleteParameter: {
    access: 'write',
    permissions: (fields, context) => named('DeleteParameter', fields.text('Name'), context),
    run: deleteParameter,
  },
  AddTagsToResource: {
    access: 'write',
    permissions: (fields, context) => named('AddTagsToResource', fields.text('ResourceId'), context),
    run: addTagsToResource,
  },
  ListTagsForResource: {
    access: 'read',
    permissions: (fields, context) => named('ListTagsForResource', fields.text('ResourceId'), context),
    run: listTagsForResource,
  },
  GetParameter: {
    access: 'read',
    permissions: (fields, context) => named('GetParameter', fields.text('Name'), context),
    run: getParameter,
  },
  GetParameters: {
    access: 'read',
    permissions: (fields, context) => [
      { action: 'ssm:GetParameters', resources: fields.texts('Names').map((name) => arn(name, context)) },
    ],
    run: getParameters,
  },
  GetParametersByPath: {
    access: 'read',
    permissions: (fields, context) => named('GetParametersByPath', fields.text('Path'), context),
    run: getParametersByPath,
  },
};

function putNeeds(fields: Fields, context: CallContext): Need[] {
  const needs = named('PutParameter', fields.text('Name'), context);
  if (fields.items('Tags').length > 0)
    needs.push(...named('AddTagsToResource', fields.text('Name'), context));
  if (fields.text('DataType') === 'aws:ec2:image') needs.push({ action: 'ec2:DescribeImages' });
  return needs;
}

function named(call: string, name: string | undefined, context: CallContext): Need[] {
  return [{ action: `ssm:${call}`, resources: [arn(name ?? '', context)] }];
}

function arn(name: string, context: CallContext): string {
  const path = name.startsWith('/') ? name : `/${name}`;
  return `arn:aws:ssm:${context.region.name}:${context.identity.account}:parameter${path.replace(/\/$/, '')}`;
}
