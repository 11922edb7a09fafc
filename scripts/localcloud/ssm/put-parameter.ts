import { type CallContext, isVisible, maySee, visibility } from '../cloud.ts';
import { imageState } from '../ec2/find.ts';
import { CloudError } from '../errors.ts';
import type { Fields } from '../protocols/fields.ts';
import type { JsonStructure } from '../protocols/json.ts';
import { parameterKey } from '../state/region.ts';
import type { Parameter } from '../state/types.ts';
import { checkParameterName, validation } from './names.ts';
import { checkParameterTags, readParameterTags } from './tags.ts';

/**
 * Sets a parameter; what is there only with Overwrite, and then without Tags. Values have at most 4096 characters. With
 * the data type aws:ec2:image the answer comes before the value is checked: a wrong one never shows.
 * Sources: Systems Manager API Reference, PutParameter; User Guide, "Using native parameter support in Parameter Store
 * for Amazon Machine Image IDs".
 */
export function putParameter(fields: Fields, context: CallContext): JsonStructure {
  const { region, identity, cloud, now } = context;
  const name = fields.text('Name') ?? '';
  checkParameterName(name);
  const value = fields.text('Value') ?? '';
  if (value === '') throw validation('Parameter value must not be empty');
  if (value.length > 4096)
    throw validation('Standard tier parameters support a maximum parameter value of 4096 characters.');
  const key = parameterKey(identity.account, name);
  const old = region.parameters.get(key);
  const type = fields.text('Type') ?? old?.type;
  if (type === undefined) throw validation('A parameter type is required when you create a parameter.');
  if (type !== 'String' && type !== 'StringList') {
    throw new CloudError('UnsupportedParameterType', `The parameter type ${type} is not supported here`);
  }
  const dataType = fields.text('DataType') ?? old?.dataType ?? 'text';
  if (dataType !== 'text' && dataType !== 'aws:ec2:image') throw validation(`Invalid data type ${dataType}`);
  const tags = readParameterTags(fields);
  const overwrite = fields.flag('Overwrite') === true;
  if (overwrite && tags.length > 0) {
    throw validation(
      "Invalid request: tags and overwrite can't be used together. To create a parameter with tags, please remove overwrite flag. To update tags for an existing parameter, please use AddTagsToResource or RemoveTagsFromResource.",
    );
  }
  checkParameterTags(tags, cloud.limits.tags);
  if (old !== undefined && !overwrite) {
    throw new CloudError(
      'ParameterAlreadyExists',
      'The parameter already exists. To overwrite this value, set the overwrite option in the request to true.',
    );
  }
  if (old === undefined && region.parameters.size >= cloud.limits.parameters) {
    throw new CloudError(
      'ParameterLimitExceeded',
      'You have exceeded the number of parameters for this account.',
    );
  }
  const version = (old?.version ?? 0) + 1;
  const change = {
    key,
    name,
    value,
    type,
    dataType,
    version,
    description: fields.text('Description') ?? old?.description,
  };
  if (dataType === 'aws:ec2:image' && !isImage(value, context)) return { Version: version, Tier: 'Standard' };
  const checked = dataType === 'aws:ec2:image' ? cloud.delays.imageParameter * 1000 : 0;
  const delay = Math.max(checked, visibility(context).visibleAt - now);
  const shown = old === undefined ? '' : settledValue(old, now);
  region.parameters.set(key, {
    account: identity.account,
    name,
    value: delay > 0 ? shown : value,
    ...(delay > 0 ? { pending: { value, at: now + delay } } : {}),
    type,
    dataType,
    ...(change.description === undefined ? {} : { description: change.description }),
    version,
    modifiedAt: now,
    tags: old?.tags ?? tags,
  });
  region.changed();
  return { Version: version, Tier: 'Standard' };
}

/** The value that shows at a time; '' while a new image parameter is being validated. */
export function settledValue(parameter: Parameter, now: number): string {
  const { pending } = parameter;
  return pending !== undefined && now >= pending.at ? pending.value : parameter.value;
}

function isImage(id: string, context: CallContext): boolean {
  const image = context.region.images.get(id);
  return (
    image !== undefined &&
    isVisible(image, context) &&
    maySee(image, context) &&
    imageState(image, context.now) === 'available'
  );
}
