/** TypeScript types from schemas/: one module for all, so that shared definitions are declared once. */
import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { compile, type JSONSchema } from 'json-schema-to-typescript';

type Schema = JSONSchema & { definitions?: Record<string, JSONSchema & { title?: string }> };

export async function generateTypes(): Promise<string> {
  const folder = fileURLToPath(new URL('../../schemas', import.meta.url));
  const properties: Record<string, { $ref: string }> = {};
  for (const file of readdirSync(folder)
    .filter((name) => name.endsWith('.schema.json'))
    .sort()) {
    const schema = JSON.parse(readFileSync(path.join(folder, file), 'utf8')) as Schema;
    if (schema.type !== undefined) properties[String(schema.title)] = { $ref: file };
    for (const [name, definition] of Object.entries(schema.definitions ?? {})) {
      if (definition.title !== undefined)
        properties[definition.title] = { $ref: `${file}#/definitions/${name}` };
    }
  }
  const schema: JSONSchema = {
    title: 'SchemaTypes',
    type: 'object',
    additionalProperties: false,
    properties,
    required: Object.keys(properties),
  };
  return await compile(schema, 'SchemaTypes', {
    cwd: folder + path.sep,
    bannerComment: '/* Generated from schemas/ by `npm run generate`. Do not edit. */',
    ignoreMinAndMaxItems: true,
    style: { singleQuote: true, printWidth: 110 },
  });
}
