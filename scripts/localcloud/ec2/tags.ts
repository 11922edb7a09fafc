import type { CallContext } from '../cloud.ts';
import { CloudError } from '../errors.ts';
import type { Fields } from '../protocols/fields.ts';
import type { XmlStructure } from '../protocols/xml.ts';
import { checkTags, mergeTags, readTags } from '../rules/tags.ts';
import type { Tag } from '../state/types.ts';
import { findGroup, findInstance, findVolume } from './compute/find.ts';
import { findOwnImage, findOwnSnapshot } from './find.ts';

/** All resources or none. Source: EC2 API Reference, CreateTags. */
export function createTags(fields: Fields, context: CallContext): XmlStructure {
  const tags = readTags(fields);
  if (tags.length === 0)
    throw new CloudError('MissingParameter', 'The request must contain the parameter tags');
  const limit = context.cloud.limits.tags;
  checkTags(tags, limit);
  const merged = resources(fields, context).map((resource) => ({
    resource,
    tags: mergeTags(resource.tags, tags),
  }));
  for (const one of merged) checkTags(one.tags, limit);
  for (const one of merged) one.resource.tags = one.tags;
  context.region.changed();
  return { return: true };
}

/** Without tags all go; a tag without a value goes whatever its value is. Source: EC2 API Reference, DeleteTags. */
export function deleteTags(fields: Fields, context: CallContext): XmlStructure {
  const wanted = fields.items('Tag').map((tag) => ({ key: tag.text('Key'), value: tag.text('Value') }));
  for (const resource of resources(fields, context)) {
    resource.tags = resource.tags.filter(
      (tag) =>
        wanted.length > 0 &&
        !wanted.some((one) => one.key === tag.key && (one.value ?? tag.value) === tag.value),
    );
  }
  context.region.changed();
  return { return: true };
}

function resources(fields: Fields, context: CallContext): { tags: Tag[] }[] {
  const ids = fields.texts('ResourceId');
  if (ids.length === 0)
    throw new CloudError('MissingParameter', 'The request must contain the parameter resourceIdSet');
  return ids.map((id) => {
    if (id.startsWith('ami-')) return findOwnImage(id, context);
    if (id.startsWith('snap-')) return findOwnSnapshot(id, context);
    if (id.startsWith('i-')) return findInstance(id, context);
    if (id.startsWith('vol-')) return findVolume(id, context);
    if (id.startsWith('sg-')) return findGroup(id, context);
    throw new CloudError('InvalidID', `The ID '${id}' is not valid`);
  });
}
