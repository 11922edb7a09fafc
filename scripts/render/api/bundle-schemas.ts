/** Schemas of several files as one set of named ones, for documents that go without our folder of schemas. */
import { AperiodicError } from '../../model/errors.ts';
import { schemaFiles } from '../../model/schemas.ts';

type Json = Record<string, unknown>;

/**
 * Every definition that the named ones lead to, by a name of its own: its title, else the last part of where it is.
 * @param titles of definitions in `schemas/`
 * @param prefix of references, such as `#/$defs/`
 */
export function bundleSchemas(titles: readonly string[], prefix: string): Record<string, Json> {
  const bundle: Record<string, Json> = {};
  const places = new Map<string, string>();
  const add = (place: string): string => {
    const schema = lookUp(place);
    const name = typeof schema.title === 'string' ? schema.title : (place.split('/').at(-1) ?? '');
    const other = places.get(name);
    if (other !== undefined && other !== place)
      throw new AperiodicError('internal', `two schemas are named ${name}: ${other} and ${place}`);
    if (other !== undefined) return name;
    places.set(name, place);
    bundle[name] = {};
    const [file = ''] = place.split('#');
    bundle[name] = asJson(rewrite(schema, file, add, prefix));
    return name;
  };
  for (const title of titles) add(findTitle(title));
  return Object.fromEntries(Object.entries(bundle).sort(([a], [b]) => (a < b ? -1 : 1)));
}

function rewrite(value: unknown, file: string, add: (place: string) => string, prefix: string): unknown {
  if (Array.isArray(value)) return value.map((part) => rewrite(part, file, add, prefix));
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, part]) => {
      if (key !== '$ref' || typeof part !== 'string') return [key, rewrite(part, file, add, prefix)];
      return [key, `${prefix}${add(part.startsWith('#') ? `${file}${part}` : part)}`];
    }),
  );
}

/** `file.schema.json#/definitions/name` */
function findTitle(title: string): string {
  for (const { $id, definitions = {} } of schemaFiles)
    for (const [name, definition] of Object.entries(definitions))
      if (asJson(definition).title === title) return `${$id}#/definitions/${name}`;
  throw new AperiodicError('internal', `no definition is titled ${title}`);
}

function lookUp(place: string): Json {
  const [file, pointer = ''] = place.split('#');
  const start: unknown = schemaFiles.find(({ $id }) => $id === file);
  const found = pointer
    .split('/')
    .slice(1)
    .reduce((value, key) => asJson(value)[key], start);
  return asJson(found);
}

function asJson(value: unknown): Json {
  if (typeof value !== 'object' || value === null)
    throw new AperiodicError('internal', 'a reference between schemas leads to nothing');
  return Object.fromEntries(Object.entries(value));
}
