import { CloudError } from '../errors.ts';
import type { Fields } from './fields.ts';

/** What a JSON answer is made of; undefined is left out. */
export type JsonValue = string | number | boolean | undefined | readonly JsonValue[] | JsonStructure;

export interface JsonStructure {
  readonly [name: string]: JsonValue;
}

const MAX_DEPTH = 16;

/** Parameters of a JSON call. @throws CloudError SerializationException when it is not an object */
export function parseJson(body: string): Fields {
  return view(toMap(readObject(body), 0));
}

function readObject(body: string): unknown {
  try {
    return JSON.parse(body === '' ? '{}' : body);
  } catch {
    throw serialization('the body is not JSON');
  }
}

type Tree = Map<string, unknown>;

/** Own keys only, and no key is special: a body may name `__proto__`. */
function toMap(value: unknown, depth: number): Tree {
  if (typeof value !== 'object' || value === null || Array.isArray(value))
    throw serialization('expected a structure');
  if (depth > MAX_DEPTH) throw serialization('too deep');
  return new Map(Object.entries(value).filter(([, member]) => member !== null));
}

function view(tree: Tree, depth = 0): Fields {
  const list = (name: string): unknown[] => {
    const value = tree.get(name);
    if (value === undefined) return [];
    if (!Array.isArray(value)) throw serialization(`${name} is not a list`);
    return value;
  };
  const typed = <T>(name: string, is: (value: unknown) => value is T): T | undefined => {
    const value = tree.get(name);
    if (value === undefined) return undefined;
    if (!is(value)) throw serialization(`${name} has the wrong type`);
    return value;
  };
  return {
    text: (name) => typed(name, (value) => typeof value === 'string'),
    integer: (name) => typed(name, (value): value is number => Number.isSafeInteger(value)),
    flag: (name) => typed(name, (value) => typeof value === 'boolean'),
    texts: (name) =>
      list(name).map((one) => {
        if (typeof one !== 'string') throw serialization(`${name} is not a list of strings`);
        return one;
      }),
    items: (name) => list(name).map((one) => view(toMap(one, depth + 1), depth + 1)),
    field: (name) => (tree.has(name) ? view(toMap(tree.get(name), depth + 1), depth + 1) : undefined),
    canonical: () => canonical(Object.fromEntries(tree), 0),
  };
}

function canonical(value: unknown, depth: number): string {
  if (depth > MAX_DEPTH) throw serialization('too deep');
  if (Array.isArray(value)) return `[${value.map((one) => canonical(one, depth + 1)).join(',')}]`;
  if (typeof value !== 'object' || value === null) return JSON.stringify(value);
  const members = Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1));
  return `{${members.map(([name, one]) => `${JSON.stringify(name)}:${canonical(one, depth + 1)}`).join(',')}}`;
}

function serialization(what: string): CloudError {
  return new CloudError('SerializationException', `Could not read the request: ${what}`, { status: 400 });
}

/** Times in JSON answers are seconds since 1970. Source: Smithy, "AWS JSON 1.1 protocol", timestamps. */
export function seconds(milliseconds: number): number {
  return milliseconds / 1000;
}
