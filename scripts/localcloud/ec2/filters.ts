import { CloudError, invalidParameter } from '../errors.ts';
import { matches } from '../policy.ts';
import type { Fields } from '../protocols/fields.ts';
import type { Tag } from '../state/types.ts';

/** Values of a thing by the name of a filter; a thing passes when any of them fits. */
export type FilterTable<T> = Readonly<Record<string, (thing: T) => readonly (string | undefined)[]>>;

/**
 * `Filter.N`: filters are joined by AND, values of one by OR, `*` and `?` are wildcards, `tag:KEY` and `tag-key` look at
 * tags; at most 200 values. Source: EC2 User Guide, "List and filter your resources".
 */
export function readFilters<T extends { tags: readonly Tag[] }>(
  fields: Fields,
  table: FilterTable<T>,
): (thing: T) => boolean {
  const filters = fields.items('Filter').map((filter) => {
    const name = filter.text('Name') ?? '';
    const values = filter.texts('Value');
    if (values.length > 200)
      throw new CloudError('FilterLimitExceeded', 'The maximum number of filter values is 200');
    return { read: reader(name, table), values };
  });
  return (thing) =>
    filters.every(({ read, values }) => {
      const actual = read(thing);
      return values.some((value) => actual.some((one) => one !== undefined && matches(value, one)));
    });
}

function reader<T extends { tags: readonly Tag[] }>(
  name: string,
  table: FilterTable<T>,
): FilterTable<T>[string] {
  if (name.startsWith('tag:')) {
    const key = name.slice('tag:'.length);
    return (thing) => thing.tags.filter((tag) => tag.key === key).map((tag) => tag.value);
  }
  if (name === 'tag-key') return (thing) => thing.tags.map((tag) => tag.key);
  const read = Object.hasOwn(table, name) ? table[name] : undefined;
  if (read === undefined) throw invalidParameter(`The filter '${name}' is invalid`);
  return read;
}

/**
 * A page of a list and the token of the next. Tokens are opaque to callers: here the key of the last thing given, so
 * that things that come or go between pages shift nothing. Source: EC2 API Reference, "Pagination".
 */
export function page<T extends { id: string }>(
  things: readonly T[],
  fields: Fields,
  limits: { min: number; max: number; idsGiven: boolean },
): { things: T[]; nextToken: string | undefined } {
  const size = fields.integer('MaxResults');
  if (size !== undefined && limits.idsGiven) {
    throw new CloudError(
      'InvalidParameterCombination',
      'The parameter MaxResults cannot be used with a list of ids',
    );
  }
  if (size !== undefined && (size < limits.min || size > limits.max)) {
    throw invalidParameter(
      `Value ( ${size} ) for parameter maxResults is invalid. Expecting a value from ${limits.min} to ${limits.max}.`,
    );
  }
  const token = fields.text('NextToken');
  const after = token === undefined ? '' : Buffer.from(token, 'base64').toString('latin1');
  if (token !== undefined && !/^(ami|snap|i|vol)-[0-9a-f]+$/.test(after))
    throw new CloudError('InvalidNextToken', 'Invalid token');
  const rest = things.filter((thing) => thing.id > after).sort((a, b) => (a.id < b.id ? -1 : 1));
  const given = rest.slice(0, size ?? limits.max);
  const last = given.at(-1);
  const more = last !== undefined && given.length < rest.length;
  return { things: given, nextToken: more ? Buffer.from(last.id, 'latin1').toString('base64') : undefined };
}
