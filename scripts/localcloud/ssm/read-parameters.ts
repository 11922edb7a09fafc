import type { CallContext } from '../cloud.ts';
import { CloudError } from '../errors.ts';
import type { Fields } from '../protocols/fields.ts';
import { type JsonStructure, seconds } from '../protocols/json.ts';
import { parameterKey } from '../state/region.ts';
import type { Parameter } from '../state/types.ts';
import { validation } from './names.ts';
import { settledValue } from './put-parameter.ts';

/** Source: Systems Manager API Reference, GetParameter. */
export function getParameter(fields: Fields, context: CallContext): JsonStructure {
  const parameter = find(fields.text('Name') ?? '', context);
  if (parameter === undefined) throw new CloudError('ParameterNotFound', '');
  return { Parameter: render(parameter, context) };
}

/** At most 10 names; unknown ones are listed apart. Source: Systems Manager API Reference, GetParameters. */
export function getParameters(fields: Fields, context: CallContext): JsonStructure {
  const names = fields.texts('Names');
  if (names.length < 1 || names.length > 10) throw validation('Names must have 1 to 10 members');
  const found = names.map((name) => ({ name, parameter: find(name, context) }));
  return {
    Parameters: found.flatMap(({ parameter }) =>
      parameter === undefined ? [] : [render(parameter, context)],
    ),
    InvalidParameters: found.filter(({ parameter }) => parameter === undefined).map(({ name }) => name),
  };
}

/** At most 10 a page. Without Recursive only one level. Source: Systems Manager API Reference, GetParametersByPath. */
export function getParametersByPath(fields: Fields, context: CallContext): JsonStructure {
  const path = fields.text('Path') ?? '';
  if (!path.startsWith('/')) throw validation('The parameter path must begin with /');
  const prefix = path.endsWith('/') ? path : `${path}/`;
  const recursive = fields.flag('Recursive') === true;
  const size = fields.integer('MaxResults') ?? 10;
  if (size < 1 || size > 10) throw validation('MaxResults must be 1 to 10');
  const token = fields.text('NextToken');
  const after = token === undefined ? '' : Buffer.from(token, 'base64').toString('utf8');
  const rest = [...context.region.parameters.values()]
    .filter(
      ({ account, name }) => account === context.identity.account && name.startsWith(prefix) && name > after,
    )
    .filter(({ name }) => recursive || !name.slice(prefix.length).includes('/'))
    .filter((parameter) => settledValue(parameter, context.now) !== '')
    .sort((a, b) => (a.name < b.name ? -1 : 1));
  const given = rest.slice(0, size);
  const last = given.at(-1);
  return {
    Parameters: given.map((parameter) => render(parameter, context)),
    NextToken:
      last !== undefined && given.length < rest.length
        ? Buffer.from(last.name).toString('base64')
        : undefined,
  };
}

/** Source: Systems Manager API Reference, DeleteParameter. */
export function deleteParameter(fields: Fields, context: CallContext): JsonStructure {
  const name = fields.text('Name') ?? '';
  if (!context.region.parameters.delete(parameterKey(context.identity.account, name))) {
    throw new CloudError('ParameterNotFound', '');
  }
  context.region.changed();
  return {};
}

function find(name: string, context: CallContext): Parameter | undefined {
  const parameter = context.region.parameters.get(parameterKey(context.identity.account, name));
  return parameter === undefined || settledValue(parameter, context.now) === '' ? undefined : parameter;
}

function render(parameter: Parameter, context: CallContext): JsonStructure {
  const name = parameter.name.startsWith('/') ? parameter.name : `/${parameter.name}`;
  return {
    Name: parameter.name,
    Type: parameter.type,
    Value: settledValue(parameter, context.now),
    Version: parameter.version,
    LastModifiedDate: seconds(parameter.modifiedAt),
    ARN: `arn:aws:ssm:${context.region.name}:${parameter.account}:parameter${name}`,
    DataType: parameter.dataType,
  };
}
