/** Generates scripts/model/types.generated.ts from schemas/. With --check, fails when the committed file differs. */
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { compile, type JSONSchema } from 'json-schema-to-typescript';

const root = path.resolve(path.dirname(fileURLToPath(import.meta.url)), '../..');
export const generatedFile = path.join(root, 'scripts/model/types.generated.ts');

type Schema = JSONSchema & { definitions?: Record<string, JSONSchema & { title?: string }> };

/** One module for all schemas: definitions that several of them share are declared once. */
export async function generateTypes(): Promise<string> {
  const folder = path.join(root, 'schemas');
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
  return await compile(
    {
      title: 'SchemaTypes',
      type: 'object',
      additionalProperties: false,
      properties,
      required: Object.keys(properties),
    } as JSONSchema,
    'SchemaTypes',
    {
      cwd: folder + path.sep,
      bannerComment: '/* Generated from schemas/ by `npm run generate`. Do not edit. */',
      ignoreMinAndMaxItems: true,
      style: { singleQuote: true, printWidth: 110 },
    },
  );
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const text = await generateTypes();
  if (!process.argv.includes('--check')) writeFileSync(generatedFile, text);
  else if (readFileSync(generatedFile, 'utf8') !== text) {
    console.error('scripts/model/types.generated.ts is not what schemas/ says: run npm run generate');
    process.exitCode = 1;
  }
}
