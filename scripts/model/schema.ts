/** The one door through which data from outside becomes a typed value. */
import { Ajv, type ErrorObject, type ValidateFunction } from 'ajv';
import { AperiodicError } from './errors.ts';
import { schemaFiles } from './schemas.ts';
import type { SchemaTypes } from './types.generated.ts';

export type Kind = keyof SchemaTypes;

let shared: Ajv | undefined;
const ids = new Map<string, string>();
const validators = new Map<Kind, ValidateFunction>();

/** Compiles a schema on first use: a run needs few of them. */
function validatorOf(kind: Kind): ValidateFunction {
  const known = validators.get(kind);
  if (known !== undefined) return known;
  const ajv = registry();
  const id = ids.get(kind);
  const made = id === undefined ? undefined : ajv.getSchema(id);
  if (made === undefined) throw new AperiodicError('internal', `no schema is titled ${kind}`);
  validators.set(kind, made);
  return made;
}

function registry(): Ajv {
  if (shared !== undefined) return shared;
  shared = new Ajv({
    strict: true,
    allErrors: false,
    allowUnionTypes: true,
    verbose: true,
    discriminator: true,
  });
  for (const schema of schemaFiles) {
    shared.addSchema(schema);
    if (schema.type !== undefined) ids.set(schema.title, schema.$id);
    for (const [name, definition] of Object.entries(schema.definitions ?? {})) {
      if ('title' in definition) ids.set(String(definition.title), `${schema.$id}#/definitions/${name}`);
    }
  }
  return shared;
}

/** What is wrong with a value and where: `path` holds keys and indexes from the top. */
export interface Violation {
  path: (string | number)[];
  message: string;
}

/** The first violation of the schema, or undefined when the value is valid. */
export function findViolation(kind: Kind, value: unknown): Violation | undefined {
  const validate = validatorOf(kind);
  if (validate(value)) return undefined;
  const error = validate.errors?.[0];
  return error === undefined ? { path: [], message: 'is invalid' } : describe(error);
}

function describe(error: ErrorObject): Violation {
  const path = error.instancePath
    .split('/')
    .slice(1)
    .map((part) => part.replaceAll('~1', '/').replaceAll('~0', '~'))
    .map((part) => (/^\d+$/.test(part) ? Number(part) : part));
  const params = error.params as Record<string, unknown>;
  switch (error.keyword) {
    case 'additionalProperties':
      return { path: [...path, String(params.additionalProperty)], message: 'is not a known key' };
    case 'required':
      return { path, message: `lacks the key '${String(params.missingProperty)}'` };
    case 'enum':
      return { path, message: `must be one of ${(params.allowedValues as unknown[]).join(', ')}` };
    case 'const':
      return { path, message: `must be ${JSON.stringify(params.allowedValue)}` };
    case 'type': {
      const quote = params.type === 'string' && typeof error.data === 'number' ? ': put it in quotes' : '';
      return { path, message: `must be ${String(params.type)}, not ${typeName(error.data)}${quote}` };
    }
    case 'pattern':
      return {
        path,
        message: `does not look right: ${preview(error.data)} does not match ${String(params.pattern)}`,
      };
    default:
      return { path, message: error.message ?? 'is invalid' };
  }
}

function typeName(value: unknown): string {
  if (value === null) return 'empty';
  if (Array.isArray(value)) return 'a list';
  return typeof value === 'object' ? 'a mapping' : `the ${typeof value} ${preview(value)}`;
}

function preview(value: unknown): string {
  const text = JSON.stringify(value) ?? String(value);
  return text.length > 80 ? `${text.slice(0, 77)}...` : text;
}

/** `mirrors[0].id`, for messages. */
export function formatPath(path: readonly (string | number)[]): string {
  return path
    .map((part, i) => (typeof part === 'number' ? `[${part}]` : i === 0 ? part : `.${part}`))
    .join('');
}

/**
 * The value, typed, or an error that says which part breaks the schema.
 * @param where file (and a finder of lines) for the message
 * @throws AperiodicError `invalid`
 */
export function assertValid<K extends Kind>(
  kind: K,
  value: unknown,
  where: { file?: string; lineOf?: (path: readonly (string | number)[]) => number | undefined } = {},
): SchemaTypes[K] {
  const violation = findViolation(kind, value);
  if (violation === undefined) return value as SchemaTypes[K];
  const at = formatPath(violation.path);
  throw new AperiodicError('invalid', `${at === '' ? `the ${kind}` : `'${at}'`} ${violation.message}`, {
    file: where.file,
    line: where.lineOf?.(violation.path),
  });
}
