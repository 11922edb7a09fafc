import { CloudError, invalidParameter } from '../errors.ts';
import type { Fields } from '../protocols/fields.ts';
import type { Tag } from '../state/types.ts';

/**
 * Tags as EC2 takes them: key of 1 to 128 characters that does not begin with `aws:`, value of at most 256, 50 a
 * resource. Source: EC2 User Guide, "Tag your Amazon EC2 resources", tag restrictions.
 */
export function checkTags(tags: readonly Tag[], limit: number): void {
  for (const { key, value } of tags) {
    if (key.length < 1 || key.length > 128)
      throw invalidParameter(`Tag key '${key}' must have 1 to 128 characters`);
    if (value.length > 256)
      throw invalidParameter(`Tag value for '${key}' exceeds the maximum length of 256`);
    if (/^aws:/i.test(key))
      throw invalidParameter(`Tag keys starting with 'aws:' are reserved for internal use`);
  }
  if (new Set(tags.map((tag) => tag.key)).size !== tags.length)
    throw invalidParameter('Duplicate tag keys found');
  if (tags.length > limit) throw new CloudError('TagLimitExceeded', `More than ${limit} tags specified`);
}

/** Old tags with new ones over them. */
export function mergeTags(old: readonly Tag[], added: readonly Tag[]): Tag[] {
  const merged = new Map(old.map((tag) => [tag.key, tag.value]));
  for (const tag of added) merged.set(tag.key, tag.value);
  return [...merged].map(([key, value]) => ({ key, value }));
}

/** Tags for one kind of resource of `TagSpecification.N`; other kinds are an error. */
export function specifiedTags(
  fields: Fields,
  kind: string,
  allowed: readonly string[],
  limit: number,
): Tag[] {
  const found: Tag[] = [];
  for (const specification of fields.items('TagSpecification')) {
    const type = specification.text('ResourceType') ?? '';
    if (!allowed.includes(type)) {
      throw invalidParameter(`'${type}' is not a valid taggable resource type for this operation.`);
    }
    if (type === kind) found.push(...readTags(specification));
  }
  checkTags(found, limit);
  return found;
}

export function readTags(fields: Fields): Tag[] {
  return fields.items('Tag').map((tag) => ({ key: tag.text('Key') ?? '', value: tag.text('Value') ?? '' }));
}
