/** Parts that schemas of what is on disk are made of. */
import type { SchemaObject } from 'ajv';

export const text = { type: 'string' };
export const time = { type: 'number' };
export const flag = { type: 'boolean' };
export const count = { type: 'integer', minimum: 0 };

export function object(
  required: Record<string, SchemaObject>,
  optional: Record<string, SchemaObject> = {},
): SchemaObject {
  return {
    type: 'object',
    required: Object.keys(required),
    properties: { ...required, ...optional },
    additionalProperties: false,
  };
}

export function list(items: SchemaObject): SchemaObject {
  return { type: 'array', items };
}

export const tags = list(object({ key: text, value: text }));
export const visibility = { visibleAt: time, glimpse: { type: 'number' } };
