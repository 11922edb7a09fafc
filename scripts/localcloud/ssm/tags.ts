import type { CallContext } from '../cloud.ts';
import { CloudError } from '../errors.ts';
import type { Fields } from '../protocols/fields.ts';
import type { JsonStructure } from '../protocols/json.ts';
import { mergeTags } from '../rules/tags.ts';
import { parameterKey } from '../state/region.ts';
import type { Parameter, Tag } from '../state/types.ts';
import { validation } from './names.ts';

export function readParameterTags(fields: Fields): Tag[] {
  return fields.items('Tags').map((tag) => ({ key: tag.text('Key') ?? '', value: tag.text('Value') ?? '' }));
}

/** Source: service model of Systems Manager, TagKey and TagValue; 50 a resource: "Tag restrictions". */
export function checkParameterTags(tags: readonly Tag[], limit: number): void {
  for (const { key, value } of tags) {
    const fine =
      /^[\p{L}\p{Z}\p{N}_.:/=+\-@]{1,128}$/u.test(key) && /^[\p{L}\p{Z}\p{N}_.:/=+\-@]{0,256}$/u.test(value);
    if (!fine || /^aws:/i.test(key)) throw validation(`The tag ${JSON.stringify(key)} is not valid`);
  }
  if (tags.length > limit) throw new CloudError('TooManyTagsError', `A resource has at most ${limit} tags`);
}

/** Source: Systems Manager API Reference, AddTagsToResource. */
export function addTagsToResource(fields: Fields, context: CallContext): JsonStructure {
  const parameter = findTagged(fields, context);
  const tags = readParameterTags(fields);
  const merged = mergeTags(parameter.tags, tags);
  checkParameterTags(tags, context.cloud.limits.tags);
  checkParameterTags(merged, context.cloud.limits.tags);
  parameter.tags = merged;
  context.region.changed();
  return {};
}

/** Source: Systems Manager API Reference, ListTagsForResource. */
export function listTagsForResource(fields: Fields, context: CallContext): JsonStructure {
  const { tags } = findTagged(fields, context);
  return { TagList: tags.map(({ key, value }) => ({ Key: key, Value: value })) };
}

function findTagged(fields: Fields, context: CallContext): Parameter {
  if (fields.text('ResourceType') !== 'Parameter') {
    throw new CloudError(
      'InvalidResourceType',
      'The resource type is not valid: only Parameter is known here.',
    );
  }
  const name = fields.text('ResourceId') ?? '';
  const parameter = context.region.parameters.get(parameterKey(context.identity.account, name));
  if (parameter === undefined)
    throw new CloudError('InvalidResourceId', `The resource id ${name} is not valid.`);
  return parameter;
}
